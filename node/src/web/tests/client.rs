//! A browser that sends exactly what it is told and keeps its cookies.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }
}

pub(crate) struct Client {
    address: SocketAddr,
    pub(crate) cookies: Vec<(String, String)>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: vec![] }
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { String::new() } else { format!("Cookie: {}\r\n", pairs.join("; ")) }
    }

    /// Sends bytes as they are and reads until the connection ends.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The server may answer and close before it has everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = vec![];
        let _ = stream.read_to_end(&mut answer).await;
        Reply::parse(&answer)
    }

    /// A request with headers of the caller's choice.
    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let (host, cookie) = (self.host(), self.cookie());
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}{headers}");
        let length = if method == "POST" { format!("Content-Length: {}\r\n", body.len()) } else { String::new() };
        let reply = self.raw(format!("{head}{length}\r\n{body}").as_bytes()).await;
        for (name, value) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            assert_eq!(name, "set-cookie");
            let Some((key, value)) = value.split(';').next().and_then(|pair| pair.split_once('=')) else { continue };
            self.cookies.retain(|(known, _)| known != key);
            if !value.is_empty() {
                self.cookies.push((key.to_owned(), value.to_owned()));
            }
        }
        reply
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, "", "").await
    }

    /// A form as a browser sends it from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let origin = format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n", self.host());
        self.post_from(path, &origin, fields).await
    }

    pub(crate) async fn post_from(&mut self, path: &str, origin: &str, fields: &[(&str, &str)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = format!("{origin}Content-Type: application/x-www-form-urlencoded\r\n");
        self.send("POST", path, &headers, &body).await
    }
}
