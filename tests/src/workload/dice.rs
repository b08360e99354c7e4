//! Chance that can be had again.

/// Numbers from a seed (`SplitMix64`).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same numbers for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`, which is not 0.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        let sides = u64::try_from(sides).expect("there are not so many sides");
        usize::try_from(bits % sides).expect("it is below a usize")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rolls(seed: u64) -> Vec<usize> {
        let mut dice = Dice::new(seed);
        (0..100).map(|_| dice.roll(6)).collect()
    }

    #[test]
    fn a_seed_says_what_comes_and_every_side_comes() {
        assert_eq!(rolls(1), rolls(1));
        assert_ne!(rolls(1), rolls(2));
        assert!((0..6).all(|side| rolls(1).contains(&side)));
        assert!(rolls(1).iter().all(|side| *side < 6));
    }
}
