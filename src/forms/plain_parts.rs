//! The parts of a definition that end up in headers, URLs and single lines: normalised as browsers send them,
//! without invisible characters.

use super::{definition::Definition, redirect::read_redirect};
use crate::{
    error::{Problem, ProblemCode},
    platform::{
        origin::{NoOrigin, read_origin},
        text::{is_block, is_line},
    },
};

impl Definition {
    /// Texts that contain invisible characters, or more lines than allowed.
    pub(super) fn text_problems(&self) -> Vec<Problem> {
        let line = |at: String, text: &str| {
            (!is_line(text))
                .then(|| Problem::new(ProblemCode::Invalid, at, "Use one line, without control characters."))
        };
        let block = |at: String, text: &str| {
            (!is_block(text))
                .then(|| Problem::new(ProblemCode::Invalid, at, "Remove the control characters."))
        };
        let mut problems = Vec::new();
        for (name, texts) in [("title", &self.title), ("submitLabel", &self.submit_label)] {
            problems
                .extend(texts.iter().filter_map(|(language, text)| line(format!("{name}.{language}"), text)));
        }
        for (name, texts) in [("intro", &self.intro), ("successMessage", &self.success_message)] {
            problems.extend(
                texts.iter().filter_map(|(language, text)| block(format!("{name}.{language}"), text)),
            );
        }
        for (at, field) in self.fields.iter().enumerate() {
            problems.extend(
                field
                    .label
                    .iter()
                    .filter_map(|(language, text)| line(format!("fields.{at}.label.{language}"), text)),
            );
            problems.extend(
                field
                    .reason
                    .iter()
                    .filter_map(|(language, text)| block(format!("fields.{at}.reason.{language}"), text)),
            );
            problems.extend(line(format!("fields.{at}.value"), &field.value));
            for option in &field.options {
                let texts = option.label.values().chain([&option.value]);
                problems.extend(texts.filter_map(|text| line(format!("fields.{at}.options"), text)));
            }
        }
        problems
    }

    /// The problems of the origins. Already reported when a draft is saved, because a wrong origin looks
    /// right until a visitor comes.
    #[must_use]
    pub fn origin_problems(&self) -> Vec<Problem> {
        let problem = |(at, origin): (usize, &String)| {
            let message = match read_origin(origin).err()? {
                NoOrigin::Wildcard => {
                    "Wildcards are not supported: list each origin, like https://www.example.org and https://shop.example.org."
                }
                NoOrigin::Malformed => "Give an origin like https://www.example.org, without a path.",
            };
            Some(Problem::new(ProblemCode::Invalid, format!("allowedOrigins.{at}"), message))
        };
        self.allowed_origins.iter().enumerate().filter_map(problem).collect()
    }

    /// Normalises origins and URLs as browsers send them.
    #[must_use]
    pub fn with_plain_addresses(mut self) -> Self {
        let mut origins: Vec<String> = Vec::with_capacity(self.allowed_origins.len());
        for origin in self.allowed_origins {
            let origin = read_origin(&origin).unwrap_or(origin);
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        self.allowed_origins = origins;
        self.redirect_url = self.redirect_url.map(|url| read_redirect(&url).map_or(url, String::from));
        self
    }
}
