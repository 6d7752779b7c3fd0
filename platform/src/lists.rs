//! Keyset pages: which rows are requested, and the page built from the rows that were read.
//!
//! A cursor is the sort key of a row, so added or removed rows do not shift the others. Arguments are checked
//! where they come in; statements are written by `keyset` or by the room.

/// Which rows to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest<K> {
    /// Rows to request from the database: one more than the page holds, to find out whether there are more.
    pub limit: u64,
    /// Only rows after this key.
    pub after: Option<K>,
    /// Only rows before this key.
    pub before: Option<K>,
    /// Read from the end: the statement must reverse its order, and `page` reverses the rows back.
    pub backward: bool,
}

/// The rows of one page, in the list's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Whether there are rows after these.
    pub has_next: bool,
    /// Whether there are rows before these.
    pub has_previous: bool,
}

impl<K> PageRequest<K> {
    /// Builds the page from the rows of the database: at most `limit`, in the order of the statement.
    #[must_use]
    pub fn page<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let size = usize::try_from(self.limit.saturating_sub(1)).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.backward {
            rows.reverse();
            Page { rows, has_next: self.before.is_some(), has_previous: more }
        } else {
            Page { rows, has_next: more, has_previous: self.after.is_some() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_more_tells_whether_there_are_more() {
        let forward = PageRequest::<i32> { limit: 3, after: None, before: None, backward: false };
        assert_eq!(
            forward.page(vec![1, 2, 3]),
            Page { rows: vec![1, 2], has_next: true, has_previous: false }
        );
        assert_eq!(forward.page(vec![1, 2]), Page { rows: vec![1, 2], has_next: false, has_previous: false });
        let backward = PageRequest { limit: 3, after: None, before: Some(3), backward: true };
        assert_eq!(
            backward.page(vec![2, 1, 0]),
            Page { rows: vec![1, 2], has_next: true, has_previous: true }
        );
        assert_eq!(backward.page(vec![2]), Page { rows: vec![2], has_next: true, has_previous: false });
    }
}
