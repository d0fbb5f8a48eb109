use url::{Host, Url};

/// The consoles of JumpCloud's regions; each answers the same paths.
const CONSOLES: [&str; 3] = [
    "console.jumpcloud.com",
    "console.eu.jumpcloud.com",
    "console.in.jumpcloud.com",
];

/// The address of a console. An administrator's key is not sent to a public address that is none. What is not public
/// is let through: whether that may be talked to is decided where it is talked to.
pub(super) fn address(typed: &str) -> Result<String, String> {
    let origin = super::setting::origin(typed)?;
    let url = Url::parse(&origin).map_err(|error| error.to_string())?;
    let is_public = match url.host() {
        Some(Host::Domain(name)) => name != "localhost" && url.scheme() == "https",
        _ => false,
    };
    let is_console = url.host_str().is_some_and(|host| CONSOLES.contains(&host));
    if is_public && (!is_console || url.port().is_some()) {
        return Err(format!(
            "`{origin}` is no console of JumpCloud; write `https://{}`",
            CONSOLES.join("`, `https://")
        ));
    }
    Ok(origin)
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_administrators_key_goes_to_a_console_only() {
        assert_eq!(
            address("console.eu.jumpcloud.com").unwrap(),
            "https://console.eu.jumpcloud.com"
        );
        for typed in [
            "http://127.0.0.1:8411",
            "https://127.0.0.1:8411",
            "http://localhost:8411",
        ] {
            assert_eq!(address(typed).unwrap(), typed);
        }
        for typed in [
            "jumpcloud.com",
            "console.jumpclod.com",
            "https://console.jumpcloud.com:8443",
        ] {
            let message = address(typed).unwrap_err();
            assert!(
                message.contains("`https://console.jumpcloud.com`"),
                "{message}"
            );
        }
    }
}
