//! Documents to print or send: headings, paragraphs, lists and tables as one HTML page that loads nothing, or as
//! plain text.

/// A document under construction.
pub struct Document {
    language: String,
    title: String,
    html: String,
    text: String,
}

impl Document {
    /// Begins a document with its title.
    #[must_use]
    pub fn new(language: &str, title: &str) -> Self {
        Self {
            language: escape(language),
            title: escape(title),
            html: format!("<h1>{}</h1>\n", escape(title)),
            text: format!("{title}\n{}\n", "=".repeat(title.chars().count())),
        }
    }

    /// A heading.
    pub fn heading(&mut self, text: &str) -> &mut Self {
        self.html.extend(["<h2>", &escape(text), "</h2>\n"]);
        self.text.extend(["\n", text, "\n", &"-".repeat(text.chars().count()), "\n"]);
        self
    }

    /// A paragraph; its line breaks are kept.
    pub fn paragraph(&mut self, text: &str) -> &mut Self {
        self.html.extend(["<p>", &escape(text).replace('\n', "<br>\n"), "</p>\n"]);
        self.text.extend([text, "\n"]);
        self
    }

    /// A list; nothing when it is empty.
    pub fn list<T: AsRef<str>>(&mut self, items: &[T]) -> &mut Self {
        if items.is_empty() {
            return self;
        }
        self.html.push_str("<ul>\n");
        for item in items {
            self.html.extend(["<li>", &escape(item.as_ref()), "</li>\n"]);
            self.text.extend(["- ", item.as_ref(), "\n"]);
        }
        self.html.push_str("</ul>\n");
        self
    }

    /// Labels with what they say, as a table of two columns.
    pub fn facts<T: AsRef<str>>(&mut self, facts: &[(&str, T)]) -> &mut Self {
        self.html.push_str("<table>\n");
        for (label, said) in facts {
            let (label, text) = (escape(label), escape(said.as_ref()).replace('\n', "<br>\n"));
            self.html.extend(["<tr><th scope=\"row\">", &label, "</th><td>", &text, "</td></tr>\n"]);
        }
        self.html.push_str("</table>\n");
        for (label, said) in facts {
            self.text.extend([*label, ": ", said.as_ref(), "\n"]);
        }
        self
    }

    /// The whole page.
    #[must_use]
    pub fn html(&self) -> String {
        let Self { language, title, html, .. } = self;
        format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
             color:#1a1a1a;background:#fff}}table{{border-collapse:collapse;width:100%;margin:1rem 0}}\
             th,td{{border:1px solid #767676;padding:.4rem .6rem;text-align:left;vertical-align:top}}\
             th{{width:30%}}h2{{margin-top:2rem;break-after:avoid}}tr{{break-inside:avoid}}</style>\n\
             </head>\n<body>\n<main>\n{html}</main>\n</body>\n</html>\n"
        )
    }

    /// The same as plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_stays_text() {
        let mut page = Document::new("en", "A <b>");
        page.heading("<script>").paragraph("a & b\nc").list(&["\"x\""]).facts(&[("l<", "'m'")]);
        let html = page.html();
        assert!(html.contains("<title>A &lt;b&gt;</title>") && html.contains("<h2>&lt;script&gt;</h2>"));
        assert!(html.contains("a &amp; b<br>\nc") && html.contains("&quot;x&quot;"));
        assert!(html.contains("<th scope=\"row\">l&lt;</th><td>&#39;m&#39;</td>"));
        assert!(!html.contains("<script>") && !html.contains("http"), "it loads nothing");
        assert!(page.text().contains("a & b\nc\n- \"x\"\nl<: 'm'\n"));
    }
}
