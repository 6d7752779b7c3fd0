//! The table of results, and the missed targets.

/// The target of a figure.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// Ours divided by the reference is at least this.
    Ratio(f64),
    /// Ours is at least this.
    AtLeast(f64),
    /// Ours is at most this.
    AtMost(f64),
}

/// One line of the table.
#[derive(Debug)]
pub struct Figure {
    pub name: String,
    pub unit: &'static str,
    /// Accord's result.
    pub ours: f64,
    /// The reference's result, if there is one.
    pub reference: Option<f64>,
    /// The target.
    pub wanted: Wanted,
}

#[derive(Debug, Default)]
pub struct Table(Vec<Figure>);

impl Figure {
    fn ratio(&self) -> Option<f64> {
        self.reference.map(|reference| self.ours / reference)
    }

    /// The value that counts, its target, and whether the target is reached.
    fn verdict(&self) -> (f64, f64, bool) {
        match self.wanted {
            Wanted::Ratio(wanted) => {
                let ratio = self.ratio().unwrap_or_default();
                (ratio, wanted, ratio >= wanted)
            }
            Wanted::AtLeast(wanted) => (self.ours, wanted, self.ours >= wanted),
            Wanted::AtMost(wanted) => (self.ours, wanted, self.ours <= wanted),
        }
    }

    fn cells(&self) -> [String; 6] {
        let wanted = match self.wanted {
            Wanted::Ratio(wanted) => format!("≥ {wanted:.2}"),
            Wanted::AtLeast(wanted) => format!("≥ {} {}", number(wanted), self.unit),
            Wanted::AtMost(wanted) => format!("≤ {} {}", number(wanted), self.unit),
        };
        [
            self.name.clone(),
            format!("{} {}", number(self.ours), self.unit),
            self.reference
                .map_or_else(|| "–".to_owned(), |reference| format!("{} {}", number(reference), self.unit)),
            self.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}")),
            wanted,
            if self.verdict().2 { "yes" } else { "NO" }.to_owned(),
        ]
    }
}

impl Table {
    pub fn add(&mut self, figure: Figure) {
        eprintln!("  {}", figure.cells()[..5].join(" | "));
        self.0.push(figure);
    }

    /// Prints the table on stdout, then the missed targets and by how much.
    pub fn print(&self) {
        let head = ["figure", "ours", "reference", "ratio", "wanted", "ok?"].map(str::to_owned);
        let rows: Vec<[String; 6]> = std::iter::once(head).chain(self.0.iter().map(Figure::cells)).collect();
        let width =
            |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: Vec<usize> = (0..6).map(width).collect();
        for (position, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
            if position == 0 {
                println!(
                    "|{}|",
                    widths.iter().map(|width| "-".repeat(width + 2)).collect::<Vec<_>>().join("|")
                );
            }
        }
        println!();
        let missed: Vec<&Figure> = self.0.iter().filter(|figure| !figure.verdict().2).collect();
        if missed.is_empty() {
            println!("Every figure is reached.");
        }
        for figure in missed {
            let (got, wanted, _) = figure.verdict();
            println!(
                "missed: {}: {} instead of {}, {:.0} % off",
                figure.name,
                number(got),
                number(wanted),
                (got - wanted).abs() / wanted * 100.0
            );
        }
    }
}

/// About three digits, with thousands separators.
fn number(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.2}");
    }
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
