//! A signed statement of who asks, exchanged for a token (RFC 7523): the key that signs it never leaves.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKey, KeyPairComponents, PublicKeyComponents},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};
use serde::Deserialize;
use serde_json::json;
use zeroize::{Zeroize as _, Zeroizing};

/// A statement is worth nothing after this; vendors take an hour at most.
const LIFE: Duration = Duration::from_secs(300);

/// A private key that signs statements.
pub(super) struct SigningKey {
    kind: Kind,
    /// Which of the keys that the vendor has on file it is.
    key_id: Option<String>,
}

enum Kind {
    Rsa(RsaKey),
    Elliptic(EcdsaKeyPair),
}

/// Why a text is not a private key that can sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeyError {
    #[error(
        "it is neither a private key in PEM nor one in JWK; give the whole text, with its first and last line or braces"
    )]
    Unreadable,
    #[error("it is a public key; the private one is shown once, when the pair is made")]
    Public,
    #[error("it is no RSA key of at least 2048 bits and no key on the curve P-256")]
    Unsuitable,
}

/// A private key as the vendor shows it when it makes one. Borrowed, so that nothing of it is copied.
#[derive(Deserialize)]
struct Jwk<'a> {
    #[serde(borrow)]
    kty: Cow<'a, str>,
    kid: Option<Cow<'a, str>>,
    crv: Option<&'a str>,
    n: Option<&'a str>,
    e: Option<&'a str>,
    d: Option<&'a str>,
    p: Option<&'a str>,
    q: Option<&'a str>,
    dp: Option<&'a str>,
    dq: Option<&'a str>,
    qi: Option<&'a str>,
    x: Option<&'a str>,
    y: Option<&'a str>,
}

impl SigningKey {
    /// The key written as `text`, in PEM or as a JSON Web Key; `key_id` outweighs the one in the latter.
    pub fn read(text: &str, key_id: Option<String>) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with('{') {
            let jwk: Jwk<'_> = serde_json::from_str(text).map_err(|_| KeyError::Unreadable)?;
            let kind = jwk.key()?;
            return Ok(Self {
                kind,
                key_id: key_id.or(jwk.kid.map(Cow::into_owned)),
            });
        }
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| {
            if text.contains("PUBLIC KEY") {
                KeyError::Public
            } else {
                KeyError::Unreadable
            }
        })?;
        let unsuitable = |_| KeyError::Unsuitable;
        let kind = match &key {
            PrivateKeyDer::Pkcs1(key) => {
                Kind::Rsa(RsaKey::from_der(key.secret_pkcs1_der()).map_err(unsuitable)?)
            }
            PrivateKeyDer::Pkcs8(key) => match RsaKey::from_pkcs8(key.secret_pkcs8_der()) {
                Ok(key) => Kind::Rsa(key),
                Err(_) => Kind::Elliptic(
                    EcdsaKeyPair::from_pkcs8(
                        &ECDSA_P256_SHA256_FIXED_SIGNING,
                        key.secret_pkcs8_der(),
                    )
                    .map_err(unsuitable)?,
                ),
            },
            PrivateKeyDer::Sec1(key) => Kind::Elliptic(
                EcdsaKeyPair::from_private_key_der(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    key.secret_sec1_der(),
                )
                .map_err(unsuitable)?,
            ),
            _ => return Err(KeyError::Unsuitable),
        };
        Ok(Self { kind, key_id })
    }

    /// A statement that `client` asks at `audience`, good from `now` for some minutes. `number` is not used twice.
    pub fn assertion(
        &self,
        client: &str,
        audience: &str,
        now: SystemTime,
        number: &str,
    ) -> Option<Zeroizing<String>> {
        let issued = now.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
        let mut header = json!({"typ": "JWT", "alg": match self.kind {
            Kind::Rsa(_) => "RS256",
            Kind::Elliptic(_) => "ES256",
        }});
        if let Some(key_id) = &self.key_id {
            header["kid"] = json!(key_id);
        }
        let claims = json!({
            "iss": client, "sub": client, "aud": audience, "iat": issued, "exp": issued + LIFE.as_secs(), "jti": number});
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut text = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.sign(text.as_bytes())?;
        text.push('.');
        text.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Some(Zeroizing::new(text))
    }

    fn sign(&self, text: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.kind {
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text, &mut signature)
                    .ok()?;
                Some(signature)
            }
            Kind::Elliptic(key) => Some(key.sign(&random, text).ok()?.as_ref().to_vec()),
        }
    }
}

impl Jwk<'_> {
    fn key(&self) -> Result<Kind, KeyError> {
        let part = |text: Option<&str>| -> Result<Zeroizing<Vec<u8>>, KeyError> {
            let text = text.ok_or(KeyError::Unreadable)?;
            let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
            bytes.map(Zeroizing::new).map_err(|_| KeyError::Unreadable)
        };
        if self.d.is_none() {
            let public = self.n.is_some() || self.x.is_some();
            return Err(if public {
                KeyError::Public
            } else {
                KeyError::Unreadable
            });
        }
        match (&*self.kty, self.crv) {
            ("RSA", _) => {
                let components = KeyPairComponents {
                    public_key: PublicKeyComponents {
                        n: part(self.n)?,
                        e: part(self.e)?,
                    },
                    d: part(self.d)?,
                    p: part(self.p)?,
                    q: part(self.q)?,
                    dP: part(self.dp)?,
                    dQ: part(self.dq)?,
                    qInv: part(self.qi)?,
                };
                let key = RsaKey::from_components(&components);
                key.map(Kind::Rsa).map_err(|_| KeyError::Unsuitable)
            }
            ("EC", Some("P-256")) => {
                let mut point = vec![4];
                point.extend_from_slice(&part(self.x)?);
                point.extend_from_slice(&part(self.y)?);
                let key = EcdsaKeyPair::from_private_key_and_public_key(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    &part(self.d)?,
                    &point,
                );
                point.zeroize();
                key.map(Kind::Elliptic).map_err(|_| KeyError::Unsuitable)
            }
            _ => Err(KeyError::Unsuitable),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rsa::PublicKeyComponents,
        signature::{
            ECDSA_P256_SHA256_FIXED, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
        },
    };
    use serde_json::Value;

    use super::*;

    const JWK: &str = include_str!("tests/service_application.json");

    fn decoded(text: &str) -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    }

    fn statement(key: &SigningKey) -> (Value, Value, String, Vec<u8>) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let text = key
            .assertion("0oa1", "https://x.example/oauth2/v1/token", now, "7")
            .unwrap();
        let (signed, signature) = text.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        (
            decoded(header),
            decoded(claims),
            signed.to_owned(),
            signature,
        )
    }

    #[test]
    fn a_statement_by_a_json_web_key_is_verified_by_its_public_half() {
        let key = SigningKey::read(JWK, None).unwrap();
        let (header, claims, signed, signature) = statement(&key);
        assert_eq!(
            header,
            json!({"typ": "JWT", "alg": "RS256", "kid": "sim-service-application"})
        );
        assert_eq!(
            claims,
            json!({"iss": "0oa1", "sub": "0oa1", "aud": "https://x.example/oauth2/v1/token",
                "iat": 1_700_000_000, "exp": 1_700_000_300, "jti": "7"})
        );
        let jwk: Value = serde_json::from_str(JWK).unwrap();
        let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        let public = PublicKeyComponents {
            n: part("n"),
            e: part("e"),
        };
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .unwrap();
        let other = signed.replace("0", "1");
        assert!(
            public
                .verify(&RSA_PKCS1_2048_8192_SHA256, other.as_bytes(), &signature)
                .is_err()
        );
        let named = SigningKey::read(JWK, Some("another".to_owned())).unwrap();
        assert_eq!(statement(&named).0["kid"], "another");
    }

    #[test]
    fn keys_in_pem_sign_as_well() {
        let rsa = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let text = rsa.serialize_pem().replace('\n', "\r\n");
        let key = SigningKey::read(&text, None).unwrap();
        let (header, _, signed, signature) = statement(&key);
        assert_eq!(header, json!({"typ": "JWT", "alg": "ES256"}));
        let Kind::Elliptic(pair) = &key.kind else {
            panic!("a key on a curve")
        };
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let pkcs8 = include_str!("tests/service_application.pem");
        let (header, ..) = statement(&SigningKey::read(pkcs8, None).unwrap());
        assert_eq!(header["alg"], "RS256");
    }

    #[test]
    fn what_is_no_private_key_says_what_to_give() {
        let error = |text: &str| SigningKey::read(text, None).err().unwrap();
        assert_eq!(error("the-key"), KeyError::Unreadable);
        assert_eq!(error("{}"), KeyError::Unreadable);
        let mut jwk: Value = serde_json::from_str(JWK).unwrap();
        jwk.as_object_mut().unwrap().remove("d");
        assert_eq!(error(&jwk.to_string()), KeyError::Public);
        let mut jwk: Value = serde_json::from_str(JWK).unwrap();
        jwk["p"] = jwk["q"].clone();
        assert_eq!(error(&jwk.to_string()), KeyError::Unsuitable);
        assert_eq!(
            error("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"),
            KeyError::Public
        );
    }
}
