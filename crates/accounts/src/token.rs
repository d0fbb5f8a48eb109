use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;

/// 256 random bits that let somebody in. Never stored: only its hash is.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token([redacted])")
    }
}

impl Token {
    /// A new one.
    pub fn random(random: &mut impl rand::CryptoRng) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random.random::<[u8; 32]>()))
    }

    /// One that somebody brought. It may be anything.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// To be handed out, once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored. A token is random enough that a fast hash cannot be reversed.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.0.as_bytes()).as_bytes()
    }

    /// Whether it is the one with this hash. Takes as long for a near miss as for a far one.
    pub fn has_hash(&self, hash: &[u8; 32]) -> bool {
        blake3::hash(self.0.as_bytes()) == *hash
    }

    /// Another token that follows from this one and tells nothing about it: what a page sends along to show that it
    /// was made for this session.
    pub fn derived(&self, purpose: &str) -> String {
        let key = blake3::derive_key(purpose, self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(key)
    }

    /// Whether `presented` is [`Token::derived`] for `purpose`. Takes as long for a near miss as for a far one.
    pub fn derives(&self, purpose: &str, presented: &str) -> bool {
        blake3::hash(self.derived(purpose).as_bytes()) == blake3::hash(presented.as_bytes())
    }
}

/// A short random name for a row.
pub(crate) fn row_id(random: &mut impl rand::CryptoRng) -> String {
    URL_SAFE_NO_PAD.encode(random.random::<[u8; 12]>())
}
