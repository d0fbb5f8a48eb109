use std::{collections::BTreeMap, fmt};

use zeroize::Zeroizing;

/// The credentials of one integration. Overwritten in memory when dropped; printing them shows their names only.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, Zeroizing<String>>);

impl Secrets {
    /// The credentials with these names and values.
    pub fn new(values: impl IntoIterator<Item = (String, Zeroizing<String>)>) -> Self {
        Self(values.into_iter().collect())
    }

    /// Their names, in order.
    pub fn names(&self) -> impl Iterator<Item = &String> + Clone {
        self.0.keys()
    }

    /// The value of one of them, without white space around it: people paste tokens with a line's end.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
