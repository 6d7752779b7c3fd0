//! Time from the start of the process to `/readyz` on an existing database, and the size of the program.

use crate::{
    load::median,
    program::{self, Program, database},
    table::{Figure, Table, Wanted},
};

const STARTS: usize = 7;

pub async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let (folder, _) = database().await?;
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let program = Program::start(folder.path()).await?;
        times.push(program.ready_after.as_secs_f64() * 1000.0);
        program.end().await?;
    }
    let size = u32::try_from(std::fs::metadata(program::path()?)?.len())?;
    let line = |name: &str, unit, ours, wanted| Figure {
        name: name.to_owned(),
        unit,
        ours,
        reference: None,
        wanted: Wanted::AtMost(wanted),
    };
    table.add(line("from start to /readyz", "ms", median(times), 500.0));
    table.add(line("release program on disk", "MB", f64::from(size) / 1_048_576.0, 40.0));
    Ok(())
}
