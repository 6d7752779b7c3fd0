//! Limits the open sockets and event streams per caller.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Open connections per caller. `D` is the caller.
pub struct Seats<D> {
    who: Arc<dyn Fn(&D) -> String + Send + Sync>,
    most: usize,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

/// One open connection; dropping it frees the seat.
pub struct Seat {
    who: String,
    taken: Arc<Mutex<HashMap<String, usize>>>,
}

impl<D> Seats<D> {
    /// Allows at most `most` connections for each key that `who` returns.
    pub fn new(most: usize, who: impl Fn(&D) -> String + Send + Sync + 'static) -> Self {
        Self { who: Arc::new(who), most, taken: Arc::default() }
    }

    /// Takes a seat; none when the caller has no free one.
    #[must_use]
    pub fn take(&self, caller: &D) -> Option<Seat> {
        let who = (self.who)(caller);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(who.clone()).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Seat { who, taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_their_own_seats_and_a_seat_that_is_left_is_free_again() {
        let seats = Seats::new(2, |who: &&str| (*who).to_owned());
        let (first, _second) = (seats.take(&"ada"), seats.take(&"ada"));
        assert!(first.is_some() && seats.take(&"ada").is_none() && seats.take(&"grace").is_some());
        drop(first);
        assert!(seats.take(&"ada").is_some());
        assert_eq!(seats.taken.lock().unwrap().len(), 1);
    }
}
