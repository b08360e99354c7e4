//! Chance that can be had again.

/// Numbers that follow from a seed and look as if they did not (`SplitMix64`: Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`, which is not zero.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).expect("this fits");
        usize::try_from(self.roll() % count).expect("it is below a usize")
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(crate) fn happens(&mut self, per_mille: u16) -> bool {
        self.roll() % 1_000 < u64::from(per_mille)
    }

    /// One of several, if there is any.
    pub(crate) fn pick<T>(&mut self, of: impl IntoIterator<Item = T>) -> Option<T> {
        let mut of: Vec<T> = of.into_iter().collect();
        (!of.is_empty()).then(|| of.swap_remove(self.below(of.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_rolls_the_same() {
        let mut dice = [Dice::of(7), Dice::of(7), Dice::of(8)];
        let rolls = dice.each_mut().map(|dice| (0..4).map(|_| dice.roll()).collect::<Vec<_>>());
        assert_eq!(rolls[0], rolls[1]);
        assert_ne!(rolls[0], rolls[2]);
    }

    #[test]
    fn what_is_said_to_happen_so_often_does() {
        let mut dice = Dice::of(1);
        let counted = (0..100_000).filter(|_| dice.happens(250)).count();
        assert!((24_000..26_000).contains(&counted), "{counted}");
        assert!((0..1_000).all(|_| dice.below(3) < 3 && !dice.happens(0) && dice.happens(1_000)));
    }
}
