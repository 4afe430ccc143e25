//! The style sheet and the optional script, compiled in; their addresses change with their content.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../web/style.css");
/// The script. Everything works without it.
pub(super) const SCRIPT: &str = include_str!("../../web/wiez.js");

/// Address of the style sheet.
pub(super) const STYLE_PATH: &str = "/styl.css";
/// Address of the script.
pub(super) const SCRIPT_PATH: &str = "/wiez.js";

/// Tells two versions of a text apart (FNV-1a, 64 bit); a browser may keep each for good.
pub(super) const fn version(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut hash, mut rest) = (0xcbf2_9ce4_8422_2325_u64, bytes);
    while let [byte, tail @ ..] = rest {
        hash = (hash ^ *byte as u64).wrapping_mul(0x0100_0000_01b3);
        rest = tail;
    }
    hash
}

fn kept(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], text).into_response()
}

/// The style sheet.
pub(super) async fn style() -> Response {
    kept("text/css; charset=utf-8", STYLE)
}

/// The script.
pub(super) async fn script() -> Response {
    kept("text/javascript; charset=utf-8", SCRIPT)
}
