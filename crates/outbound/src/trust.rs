//! Whether a failed connection is about the certificate at the other end. Trying again does not help then.

use std::{error::Error, io, iter::successors};

use rustls::CertificateError;

/// What is wrong with the other end's certificate, when that is why there is no connection.
pub fn untrusted_certificate(error: &(dyn Error + 'static)) -> Option<String> {
    let reason = successors(Some(error), |&error| below(error)).find_map(|error| {
        match error.downcast_ref::<rustls::Error>()? {
            rustls::Error::InvalidCertificate(reason) => Some(reason),
            _ => None,
        }
    })?;
    Some(match reason {
        CertificateError::UnknownIssuer => "no authority that is known here issued it".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".to_owned()
        }
        other => other.to_string(),
    })
}

/// The cause of an error. An I/O error passes over the one it wraps and names that one's cause instead.
pub(crate) fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(wrapping) => wrapping
            .get_ref()
            .map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}
