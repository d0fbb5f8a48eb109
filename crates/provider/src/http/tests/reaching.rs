//! The way to a vendor: certificates of a private authority, and proxies.

use std::{
    fs,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::vendor::{MadeUp, Vendor, connect, page};
use crate::{Catalogue, ClientOptions, RequestError, http::Proxies};

type Lines = Arc<Mutex<Vec<String>>>;

fn options() -> ClientOptions {
    ClientOptions {
        allow_insecure_endpoints: true,
        clock: Arc::new(MadeUp::default()),
        ..ClientOptions::default()
    }
}

/// A certificate authority that nobody knows, as PEM and as one that can sign.
fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&key).unwrap();
    (certificate.pem(), Issuer::new(parameters, key))
}

/// A vendor on 127.0.0.1 with a certificate of that authority, and how many connected.
async fn vendor_of(issuer: &Issuer<'static, KeyPair>) -> (SocketAddr, Lines) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, issuer).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Lines::default();
    let seen = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            seen.lock().unwrap().push("connected".to_owned());
            if let Ok(mut stream) = acceptor.accept(stream).await {
                answer(&mut stream).await;
            }
        }
    });
    (address, connections)
}

/// A proxy that writes down what is asked of it. It answers questions by itself and opens no tunnel.
async fn proxy() -> (SocketAddr, Lines) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let lines = Lines::default();
    let seen = Arc::clone(&lines);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let line = answer(&mut stream).await;
            seen.lock().unwrap().push(line);
        }
    });
    (address, lines)
}

/// Reads one request, answers it with an empty list, and gives its first line. Who asks for a tunnel gets none.
async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => break,
        }
    }
    let text = String::from_utf8_lossy(&request);
    let line = text.lines().next().unwrap_or_default().to_owned();
    let status = if line.starts_with("CONNECT") {
        "502 Bad Gateway"
    } else {
        "200 OK"
    };
    let head = "content-type: application/json\r\ncontent-length: 2\r\nconnection: close";
    let whole = format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n[]");
    let _ = stream.write_all(whole.as_bytes()).await;
    let _ = stream.shutdown().await;
    line
}

/// Asks for the groups at `domain`.
async fn ask(domain: &str, options: &ClientOptions) -> Result<(), RequestError> {
    let provider = Arc::clone(Catalogue::embedded().unwrap().provider("okta").unwrap());
    let client = connect(&provider, domain, "the-token", options);
    let file = provider.resource_type("okta_group").unwrap();
    let mut pages = client.pages(file, &[])?;
    while pages.next().await?.is_some() {}
    Ok(())
}

#[tokio::test]
async fn a_private_authority_is_believed_where_it_is_named() {
    let (pem, issuer) = authority();
    let (vendor, connections) = vendor_of(&issuer).await;
    let place = tempfile::tempdir().unwrap();
    let ca_file = place.path().join("authority.pem");
    fs::write(&ca_file, pem).unwrap();
    let trusting = ClientOptions {
        ca_file: Some(ca_file),
        ..options()
    };
    ask(&format!("https://{vendor}"), &trusting).await.unwrap();
    assert_eq!(connections.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_authority_nobody_named_is_refused_at_once_with_the_remedy() {
    let (_, issuer) = authority();
    let (vendor, connections) = vendor_of(&issuer).await;
    let error = ask(&format!("https://{vendor}"), &options())
        .await
        .unwrap_err();
    assert!(matches!(error, RequestError::Untrusted { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!(
            "https://{vendor} shows a certificate that is not trusted: no authority that is known here issued it; if \
             that is right, name the file of its authority in MUSTER_CA_FILE or as `ca-file` in muster.toml, \
             otherwise check the address"
        )
    );
    assert_eq!(connections.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_although_its_authority_is_known() {
    let (pem, issuer) = authority();
    let (vendor, _) = vendor_of(&issuer).await;
    let place = tempfile::tempdir().unwrap();
    let ca_file = place.path().join("authority.pem");
    fs::write(&ca_file, pem).unwrap();
    let trusting = ClientOptions {
        ca_file: Some(ca_file),
        ..options()
    };
    let error = ask(&format!("https://localhost:{}", vendor.port()), &trusting)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("another name"), "{error}");
}

#[tokio::test]
async fn requests_go_through_the_proxy_of_their_scheme() {
    let (address, lines) = proxy().await;
    let through = ClientOptions {
        proxies: Proxies {
            https: Some(address.to_string()),
            http: Some(format!("http://{address}")),
            except: None,
        },
        ..options()
    };
    ask("http://vendor.example", &through).await.unwrap();
    let error = ask("https://vendor.example", &through).await.unwrap_err();
    assert!(matches!(error, RequestError::Unreachable { .. }), "{error}");
    let lines = lines.lock().unwrap();
    assert!(
        lines[0].starts_with("GET http://vendor.example/api/v1/groups?"),
        "{lines:?}"
    );
    assert_eq!(lines[1], "CONNECT vendor.example:443 HTTP/1.1");
}

#[tokio::test]
async fn hosts_that_are_excepted_are_asked_directly() {
    let (address, lines) = proxy().await;
    let vendor = Vendor::start_with(
        |_, _| page("[]", &[]),
        |options| {
            options.proxies = Proxies {
                http: Some(format!("http://{address}")),
                except: Some("localhost,127.0.0.1".to_owned()),
                ..Proxies::default()
            };
        },
    )
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(vendor.seen().len(), 1);
    assert_eq!(lines.lock().unwrap().len(), 0);
}
