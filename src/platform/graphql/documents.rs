//! Documents that were asked before, parsed and found within the limits. A frontend asks the same few all day, and to parse one takes
//! longer than to answer some of them.
//!
//! None that holds a string or a comment: what somebody wrote there may be about a person, and belongs into a variable.

use std::{
    collections::HashMap,
    mem::take,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::ServerError;

use super::limits::{self, Checked};

/// Longer ones are parsed each time, in bytes.
const LONGEST: usize = 4 * 1024;
/// So many are kept that were asked lately, and as many of before.
const KEPT: usize = 100;

/// The documents one node knows. What was not asked for long goes.
#[derive(Default)]
pub struct Documents(Mutex<Known>);

/// The operation to run, and the document. Not one text of both: somebody could choose a name that makes another pair's.
type Key = (Option<String>, String);

#[derive(Default)]
struct Known {
    lately: HashMap<Key, Arc<Checked>>,
    before: HashMap<Key, Arc<Checked>>,
}

impl Documents {
    /// Checks a document as [`limits::check`] does, or knows already that it is right.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(super) fn check(&self, document: &str, operation_name: Option<&str>) -> Result<Checked, Box<ServerError>> {
        if document.len() > LONGEST || document.bytes().any(|byte| matches!(byte, b'"' | b'#')) {
            return limits::check(document, operation_name);
        }
        let key = (operation_name.map(str::to_owned), document.to_owned());
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).find(&key) {
            return Ok(Checked::clone(&known));
        }
        let checked = limits::check(document, operation_name)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, Arc::new(checked.clone()));
        Ok(checked)
    }
}

impl Known {
    fn find(&mut self, key: &Key) -> Option<Arc<Checked>> {
        if let Some(known) = self.lately.get(key) {
            return Some(known.clone());
        }
        let (key, known) = self.before.remove_entry(key)?;
        self.keep(key, known.clone());
        Some(known)
    }

    fn keep(&mut self, key: Key, document: Arc<Checked>) {
        if self.lately.len() >= KEPT {
            self.before = take(&mut self.lately);
        }
        self.lately.insert(key, document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(documents: &Documents) -> usize {
        let known = documents.0.lock().unwrap();
        known.lately.len() + known.before.len()
    }

    #[test]
    fn a_document_is_known_the_second_time_and_by_the_operation_that_runs() {
        let documents = Documents::default();
        let text = "query A { viewer { role } } mutation B { signOut { done } }";
        for _ in 0..2 {
            let of = |name| documents.check(text, Some(name)).unwrap().roots.first().map(|root| root.name.to_string());
            assert_eq!((of("A"), of("B")), (Some("viewer".to_owned()), Some("signOut".to_owned())));
        }
        assert_eq!(count(&documents), 2);
    }

    /// What runs decides whether a field is alone and whether it may be asked for by GET.
    #[test]
    fn a_name_that_fits_no_operation_does_not_answer_for_another_request() {
        let documents = Documents::default();
        let (first, second) = ("query A { viewer { role } }", "mutation { a: signOut { done } b: signOut { done } }");
        let whole = format!("{first}\n{second}");
        for (name, text) in [(Some(""), second), (Some(format!("\n{first}").as_str()), second)] {
            assert!(documents.check(text, name).unwrap().roots.is_empty());
        }
        assert_eq!(documents.check(second, None).unwrap().roots.len(), 2);
        assert!(documents.check(&whole, None).is_err(), "an operation without a name stands alone");
    }

    #[test]
    fn what_somebody_wrote_into_a_document_is_not_kept() {
        let documents = Documents::default();
        for text in ["{ contacts(filter: { search: \"ada\" }) { totalCount } }", "{ viewer { role } } # for Ada", "{ viewer { role }", "{ a { b ..."]
        {
            let _ = documents.check(text, None);
        }
        let long = format!("{{ viewer {{ role {} }} }}", " ".repeat(LONGEST));
        assert!(documents.check(&long, None).is_ok());
        assert_eq!(count(&documents), 0);
    }

    #[test]
    fn what_is_asked_again_and_again_stays_and_the_rest_goes() {
        let documents = Documents::default();
        for n in 0..1_000 {
            documents.check("{ viewer { role } }", None).unwrap();
            documents.check(&format!("{{ a{n} }}"), None).unwrap();
        }
        assert!(count(&documents) <= 2 * KEPT);
        assert!(documents.0.lock().unwrap().find(&(None, "{ viewer { role } }".to_owned())).is_some());
    }
}
