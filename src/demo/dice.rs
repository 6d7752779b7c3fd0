//! Reproducible randomness: a small generator (`SplitMix64`) with a fixed seed, so that every demo shows the
//! same people and the same year. Not for anything that must be hard to guess.

/// The random number generator.
pub(super) struct Dice(u64);

impl Dice {
    /// Starts from the fixed seed.
    pub fn new() -> Self {
        Self(0x00AC_C04D)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u32) -> u32 {
        u32::try_from(self.next() % u64::from(count.max(1))).unwrap_or_default()
    }

    /// True in `percent` of 100 cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// One item of `from`, which must not be empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let count = u32::try_from(from.len()).unwrap_or(u32::MAX);
        &from[self.below(count) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_alike_every_time_and_on_every_side() {
        let throw = |mut dice: Dice| (0..200).map(|_| dice.below(6)).collect::<Vec<_>>();
        assert_eq!(throw(Dice::new()), throw(Dice::new()));
        for side in 0..6 {
            assert!(throw(Dice::new()).contains(&side), "{side}");
        }
    }
}
