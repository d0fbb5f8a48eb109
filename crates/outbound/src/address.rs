//! Who may be talked to: public HTTPS, so that an integration's settings cannot be used to reach into the network
//! that Muster runs in.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::trust::below;

/// Why an address is not talked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedAddress(String);

impl fmt::Display for RefusedAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for RefusedAddress {}

/// What can be told about `url` without asking a name server.
///
/// # Errors
/// [`RefusedAddress`] when it is not talked to.
pub fn check(url: &Url) -> Result<(), RefusedAddress> {
    let refuse = |reason: &str| Err(RefusedAddress(reason.to_owned()));
    if url.scheme() != "https" {
        return refuse("it is not HTTPS");
    }
    let address = match url.host() {
        None => return refuse("it has no host"),
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    if is_public(address) {
        Ok(())
    } else {
        refuse("its address is not a public one")
    }
}

/// The refusal inside an error, however deep.
pub fn refused_address<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a RefusedAddress> {
    std::iter::successors(Some(error), |&error| below(error))
        .find_map(|error| error.downcast_ref::<RefusedAddress>())
}

/// Looks names up and gives public addresses only. A proxy's own name may have any address: it is the operator's.
pub(crate) struct PublicResolver {
    pub proxies: BTreeSet<String>,
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let any = self.proxies.contains(&host);
        Box::pin(async move {
            let found: Vec<SocketAddr> = if any {
                tokio::net::lookup_host((host.as_str(), 0)).await?.collect()
            } else {
                public_addresses(&host, 0).await?
            };
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// The public ones among the addresses that a name leads to; none where it leads nowhere.
///
/// # Errors
/// An I/O error when the name cannot be looked up; one around [`RefusedAddress`] when it leads to others only.
pub async fn public_addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    let there = !found.is_empty();
    let public: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| is_public(address.ip()))
        .collect();
    if there && public.is_empty() {
        let reason =
            RefusedAddress("its name leads to an address that is not a public one".to_owned());
        return Err(io::Error::other(reason));
    }
    Ok(public)
}

/// Whether an address can belong to somebody on the internet.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmarking = first == 198 && (second == 18 || second == 19);
    let protocol = first == 192 && second == 0 && third == 0;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        || shared
        || benchmarking
        || protocol)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = match segments {
        // IPv4-mapped, and the well-known prefix of translators.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some((high, low))
        }
        // 6to4 carries the address behind its prefix.
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = embedded {
        let [first, second] = high.to_be_bytes();
        let [third, fourth] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(first, second, third, fourth));
    }
    // Everything that is handed out to the public starts with the bits 001; 2001:db8::/32 is for documentation.
    segments[0] & 0xe000 == 0x2000 && !(segments[0] == 0x2001 && segments[1] == 0x0db8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_a_network_are_not_public() {
        for text in [
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "ff02::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_https_to_public_hosts_passes() {
        let allowed = |text: &str| check(&Url::parse(text).unwrap()).is_ok();
        assert!(allowed("https://example.okta.com"));
        for text in [
            "http://example.okta.com",
            "https://127.0.0.1",
            "https://[::1]",
            "https://2130706433",
        ] {
            assert!(!allowed(text), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let resolver = PublicResolver {
            proxies: BTreeSet::new(),
        };
        let error = resolver
            .resolve("localhost".parse().unwrap())
            .await
            .err()
            .unwrap();
        assert!(refused_address(error.as_ref()).is_some());
        let resolver = PublicResolver {
            proxies: BTreeSet::from(["localhost".to_owned()]),
        };
        assert!(resolver.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
