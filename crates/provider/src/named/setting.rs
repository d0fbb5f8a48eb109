use url::Url;

pub(super) fn text(typed: &str) -> Result<String, String> {
    let trimmed = typed.trim();
    if trimmed.is_empty() {
        return Err("it is empty; give it a value".to_owned());
    }
    Ok(trimmed.to_owned())
}

/// `x.example.com`, `https://x.example.com/`, `http://127.0.0.1:8080` as scheme and authority. Whether the
/// place may be talked to at all is not decided here but where it is talked to.
pub(super) fn origin(typed: &str) -> Result<String, String> {
    let trimmed = text(typed)?;
    let with_scheme = if trimmed.contains("://") {
        trimmed.clone()
    } else {
        format!("https://{trimmed}")
    };
    let malformed = || {
        format!(
            "`{trimmed}` is not a host name or URL; write it like `example.com` or `https://example.com`"
        )
    };
    let url = Url::parse(&with_scheme).map_err(|_| malformed())?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err(malformed());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password; give the address alone".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "`{trimmed}` has something after the host; give the address alone, `{}`",
            url.origin().ascii_serialization()
        ));
    }
    let dotted = url
        .domain()
        .is_none_or(|domain| domain.contains('.') || domain == "localhost");
    if !dotted {
        return Err(format!(
            "`{trimmed}` is only the first part of a host name; give all of it"
        ));
    }
    Ok(url.origin().ascii_serialization())
}

/// A path on the vendor's host; nothing in it leads to another one.
pub(super) fn path(typed: &str) -> Result<String, String> {
    let path = text(typed)?;
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\\#?{}\"<>".contains(&byte));
    if !path.starts_with('/') || path.starts_with("//") || !plain || path.contains("/../") {
        return Err(format!(
            "`{path}` is not a path; write what follows the host, like `/api/v1/users`"
        ));
    }
    Ok(path)
}

/// The name of a member of an answer, or of a parameter.
pub(super) fn name(typed: &str) -> Result<String, String> {
    let name = text(typed)?;
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if !plain || name.split('.').any(str::is_empty) {
        return Err(format!(
            "`{name}` is not a name; write letters and digits, `Data` or `Data.Items`"
        ));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::{name, origin, path};

    #[test]
    fn a_path_cannot_lead_elsewhere() {
        assert_eq!(path(" /api/v1/users ").unwrap(), "/api/v1/users");
        for typed in [
            "",
            "api",
            "//evil.example",
            "https://x/",
            "/a b",
            "/a#b",
            "/{a}",
            "/a?b",
            "/a/../b",
        ] {
            assert!(path(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(name(" Data.Items ").unwrap(), "Data.Items");
        for typed in ["", "a b", "a&b", "a..b", "a=b"] {
            assert!(name(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn every_usual_spelling_gives_the_same_origin() {
        for typed in [
            "x.okta.com",
            " X.okta.com ",
            "https://x.okta.com",
            "https://x.okta.com/",
            "https://x.okta.com:443/",
        ] {
            assert_eq!(origin(typed).unwrap(), "https://x.okta.com", "{typed}");
        }
        assert_eq!(
            origin("http://127.0.0.1:8080/").unwrap(),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_a_remedy() {
        for typed in [
            "",
            "x",
            "ftp://x.okta.com",
            "https://",
            "x.okta.com/app",
            "https://a:b@x.okta.com",
            "a b.com",
        ] {
            let message = origin(typed).unwrap_err();
            assert!(
                message.contains("give") || message.contains("write"),
                "{typed}: {message}"
            );
        }
    }
}
