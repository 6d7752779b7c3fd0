//! Positions in a column: strings in byte order, between any two of which there is always room for another
//! (fractional indexing).
//!
//! A key is written in 62 digits (`0-9A-Za-z`, in byte order) and never ends in `0`: it is a fraction between
//! 0 and 1, and different strings are different fractions. At the ends of a column keys advance by a fixed
//! step and stay short; only repeated insertion into the same gap makes them longer, and then the column is
//! rebalanced.
//!
//! Not `fractional_index`: it cannot spread a number of keys evenly, so a column could not be numbered anew.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 62;
/// Number of digits of a key at an end of a column.
const WIDTH: usize = 6;
/// 62⁶: the number of such keys.
const ALL: u64 = 62 * 62 * 62 * 62 * 62 * 62;
/// The step between them.
const STEP: u64 = 62 * 62;

/// Longer keys trigger a rebalancing of the column.
pub const LONGEST: usize = 32;

/// A key strictly between two others; none is the column's end. If the two are out of order, which never
/// happens in a column, a key after the first.
#[must_use]
pub fn between(above: Option<&str>, below: Option<&str>) -> String {
    match (above, below) {
        (None, None) => write(ALL / 2),
        (Some(above), None) => match read(above) + STEP {
            next if next < ALL => write(next),
            _ => text(&midpoint(above.as_bytes(), None)),
        },
        (None, Some(below)) => match read(below).checked_sub(STEP) {
            Some(next) if next > 0 => write(next),
            _ => text(&midpoint(b"", Some(below.as_bytes()))),
        },
        (Some(above), Some(below)) if above < below => {
            text(&midpoint(above.as_bytes(), Some(below.as_bytes())))
        }
        (Some(above), Some(_)) => between(Some(above), None),
    }
}

/// `count` ordered keys, evenly spread over the whole range.
pub fn spread(count: usize) -> impl Iterator<Item = String> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let step = (ALL / count.saturating_add(1)).clamp(1, STEP * BASE);
    let first = (ALL / 2).saturating_sub(step.saturating_mul(count / 2)).max(1);
    (0..count).map(move |at| write(first + at * step))
}

fn digit(at: u64) -> u8 {
    usize::try_from(at).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or(b'z')
}

fn value(digit: u8) -> u64 {
    DIGITS.iter().position(|known| *known == digit).and_then(|at| u64::try_from(at).ok()).unwrap_or(0)
}

/// The first digits of a key as a number.
fn read(key: &str) -> u64 {
    let digits = key.bytes().chain(std::iter::repeat(b'0')).take(WIDTH);
    digits.fold(0, |number, digit| number * BASE + value(digit))
}

fn write(mut number: u64) -> String {
    let mut digits = [b'0'; WIDTH];
    for place in digits.iter_mut().rev() {
        *place = digit(number % BASE);
        number /= BASE;
    }
    let length = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    text(&digits[..length])
}

fn text(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// The shortest fraction between two, both without trailing zeros; no upper one = 1.
fn midpoint(above: &[u8], below: Option<&[u8]>) -> Vec<u8> {
    let mut key = Vec::with_capacity(above.len() + 1);
    let (mut above, mut below) = (above, below);
    loop {
        if let Some(upper) = below {
            let alike =
                (0..upper.len()).take_while(|at| above.get(*at).unwrap_or(&b'0') == &upper[*at]).count();
            if alike > 0 {
                key.extend_from_slice(&upper[..alike]);
                above = above.get(alike..).unwrap_or_default();
                below = Some(&upper[alike..]);
            }
        }
        let low = above.first().map_or(0, |digit| value(*digit));
        let high = below.and_then(|upper| upper.first()).map_or(BASE, |digit| value(*digit));
        if high > low + 1 {
            key.push(digit(low.midpoint(high)));
            return key;
        }
        if let Some(upper) = below.filter(|upper| upper.len() > 1) {
            key.push(upper[0]);
            return key;
        }
        key.push(digit(low));
        above = above.get(1..).unwrap_or_default();
        below = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_key(key: &str) -> bool {
        !key.is_empty() && !key.ends_with('0') && key.bytes().all(|byte| DIGITS.contains(&byte))
    }

    #[test]
    fn the_ends_of_a_column_stay_short() {
        let (mut top, mut bottom) = (between(None, None), between(None, None));
        for _ in 0..100_000 {
            let (above, below) = (between(None, Some(&top)), between(Some(&bottom), None));
            assert!(above < top && below > bottom && above.len() <= WIDTH && below.len() <= WIDTH);
            (top, bottom) = (above, below);
        }
    }

    #[test]
    fn one_gap_takes_more_deals_than_a_person_drags_in_a_day() {
        let (above, mut below) = (between(None, None), between(Some(&between(None, None)), None));
        for at in 0..120 {
            let key = between(Some(&above), Some(&below));
            assert!(key.len() <= LONGEST, "{at}: {key}");
            below = key;
        }
    }

    #[test]
    fn a_spread_is_in_order_and_short_and_leaves_room() {
        for count in [0, 1, 2, 3, 1_000, 100_000] {
            let keys: Vec<String> = spread(count).collect();
            assert!(
                keys.len() == count
                    && keys.is_sorted()
                    && keys.iter().all(|key| is_key(key) && key.len() <= WIDTH)
            );
            assert!(
                keys.windows(2)
                    .all(|pair| pair[0] != pair[1]
                        && between(Some(&pair[0]), Some(&pair[1])).len() <= WIDTH + 1)
            );
        }
    }

    proptest! {
        #[test]
        fn there_is_always_a_place_strictly_between(places in prop::collection::vec(any::<prop::sample::Index>(), 1..300)) {
            let mut column: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(column.len() + 1);
                let above = at.checked_sub(1).map(|above| column[above].clone());
                let below = column.get(at).cloned();
                let key = between(above.as_deref(), below.as_deref());
                prop_assert!(is_key(&key), "{key}");
                prop_assert!(above.as_ref().is_none_or(|above| *above < key) && below.as_ref().is_none_or(|below| key < *below));
                column.insert(at, key);
            }
        }

        #[test]
        fn any_two_keys_have_one_between(a in "[0-9A-Za-z]{0,12}[1-9A-Za-z]", b in "[0-9A-Za-z]{0,12}[1-9A-Za-z]") {
            prop_assume!(a != b);
            let (low, high) = if a < b { (&a, &b) } else { (&b, &a) };
            let key = between(Some(low), Some(high));
            prop_assert!(is_key(&key) && *low < key && key < *high, "{low} {key} {high}");
            let (above, below) = (between(None, Some(low)), between(Some(high), None));
            prop_assert!(is_key(&above) && above < *low && is_key(&below) && below > *high, "{above} {below}");
        }
    }
}
