//! Cache of parsed documents that were found to be within the limits. A frontend sends the same few all day,
//! and parsing one takes longer than answering some of them.
//!
//! Documents that contain a string or a comment are not cached: they may hold personal data, which belongs in
//! a variable.
//!
//! A client may from then on send only the hash of a cached document (automatic persisted queries, version 1:
//! <https://www.apollographql.com/docs/apollo-server/performance/apq>).

use std::{
    collections::HashMap,
    mem::take,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::ServerError;
use sha2::{Digest, Sha256};

use super::limits::{self, Checked};

/// Longest cached document, in bytes. Longer ones are parsed each time.
const LONGEST: usize = 4 * 1024;
/// Entries per generation; two generations are kept.
const KEPT: usize = 100;

/// The documents cached on one node. Entries that were not used for long are evicted.
#[derive(Default)]
pub struct Documents {
    parsed: Mutex<Known<Key, Arc<Checked>>>,
    named: Mutex<Known<Hash, Arc<str>>>,
}

/// The operation to run, and the document. Not joined into one text: a client could choose an operation name
/// so that the joined text equals another pair's.
type Key = (Option<String>, String);

/// The SHA-256 of a document.
pub(super) type Hash = [u8; 32];

struct Known<K, V> {
    lately: HashMap<K, V>,
    before: HashMap<K, V>,
}

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self { lately: HashMap::new(), before: HashMap::new() }
    }
}

impl Documents {
    /// Checks a document as [`limits::check`] does, or finds it in the cache.
    ///
    /// # Errors
    /// The refusal, with its code.
    pub(super) fn check(
        &self,
        document: &str,
        operation_name: Option<&str>,
    ) -> Result<Checked, Box<ServerError>> {
        if !is_kept(document) {
            return limits::check(document, operation_name);
        }
        let key = (operation_name.map(str::to_owned), document.to_owned());
        if let Some(known) = self.parsed.lock().unwrap_or_else(PoisonError::into_inner).find(&key) {
            return Ok(Checked::clone(&known));
        }
        let checked = limits::check(document, operation_name)?;
        self.parsed.lock().unwrap_or_else(PoisonError::into_inner).keep(key, Arc::new(checked.clone()));
        Ok(checked)
    }

    /// The document with this hash, if it was registered here lately.
    pub(super) fn named(&self, hash: &Hash) -> Option<Arc<str>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).find(hash)
    }

    /// Registers a document within the limits by its hash.
    pub(super) fn name(&self, hash: Hash, document: &str) {
        if is_kept(document) {
            self.named.lock().unwrap_or_else(PoisonError::into_inner).keep(hash, document.into());
        }
    }
}

/// The hash that identifies a document.
pub(super) fn hash(document: &str) -> Hash {
    Sha256::digest(document).into()
}

fn is_kept(document: &str) -> bool {
    document.len() <= LONGEST && !document.bytes().any(|byte| matches!(byte, b'"' | b'#'))
}

impl<K: Eq + std::hash::Hash, V: Clone> Known<K, V> {
    fn find(&mut self, key: &K) -> Option<V> {
        if let Some(known) = self.lately.get(key) {
            return Some(known.clone());
        }
        let (key, known) = self.before.remove_entry(key)?;
        self.keep(key, known.clone());
        Some(known)
    }

    fn keep(&mut self, key: K, value: V) {
        // Don't evict entries when a cached document is registered again: clients that always send both the
        // document and its hash do so with every request.
        if self.lately.len() >= KEPT && !self.lately.contains_key(&key) {
            self.before = take(&mut self.lately);
        }
        self.lately.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(documents: &Documents) -> usize {
        let known = documents.parsed.lock().unwrap();
        known.lately.len() + known.before.len()
    }

    #[test]
    fn a_document_is_known_the_second_time_and_by_the_operation_that_runs() {
        let documents = Documents::default();
        let text = "query A { viewer { role } } mutation B { signOut { done } }";
        for _ in 0..2 {
            let of = |name| {
                documents.check(text, Some(name)).unwrap().roots.first().map(|root| root.name.to_string())
            };
            assert_eq!((of("A"), of("B")), (Some("viewer".to_owned()), Some("signOut".to_owned())));
        }
        assert_eq!(count(&documents), 2);
    }

    /// The operation that runs decides whether a field is alone and whether it may be requested by GET.
    #[test]
    fn a_name_that_fits_no_operation_does_not_answer_for_another_request() {
        let documents = Documents::default();
        let (first, second) =
            ("query A { viewer { role } }", "mutation { a: signOut { done } b: signOut { done } }");
        let whole = format!("{first}\n{second}");
        for (name, text) in [(Some("Z"), second), (Some(format!("\n{first}").as_str()), second)] {
            assert!(documents.check(text, name).unwrap().roots.is_empty());
        }
        assert_eq!(documents.check(second, None).unwrap().roots.len(), 2);
        assert!(documents.check(&whole, None).is_err(), "an operation without a name stands alone");
    }

    #[test]
    fn what_somebody_wrote_into_a_document_is_not_kept() {
        let documents = Documents::default();
        for text in [
            "{ contacts(filter: { search: \"ada\" }) { totalCount } }",
            "{ viewer { role } } # for Ada",
            "{ viewer { role }",
            "{ a { b ...",
        ] {
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
        assert!(documents.parsed.lock().unwrap().find(&(None, "{ viewer { role } }".to_owned())).is_some());
    }

    #[test]
    fn names_are_bounded_and_name_nothing_that_somebody_wrote() {
        let documents = Documents::default();
        for text in
            ["{ contacts(filter: { search: \"ada\" }) { totalCount } }", "{ viewer { role } } # for Ada"]
        {
            documents.name(hash(text), text);
            assert!(documents.named(&hash(text)).is_none());
        }
        for n in 0..1_000 {
            let text = format!("{{ a{n} }}");
            documents.name(hash(&text), &text);
            assert_eq!(documents.named(&hash(&text)).as_deref(), Some(text.as_str()));
        }
        for _ in 0..1_000 {
            documents.name(hash("{ a999 }"), "{ a999 }");
        }
        let known = documents.named.lock().unwrap();
        assert_eq!(
            known.lately.len() + known.before.len(),
            2 * KEPT,
            "bounded, and what is named again pushes nothing out"
        );
    }
}
