//! Swagger UI, taken apart once at start: its page has everything inline, which our pages never have.

use std::sync::LazyLock;

use poem_openapi::OpenApiService;

use crate::crypto::document::Document;

/// A file of the developer pages.
pub(super) struct File {
    pub name: String,
    pub content_type: &'static str,
    pub content: Document,
}

/// Style sheet, script and images.
pub(super) static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let Some(parts) = parts() else { return Vec::new() };
    let file = |name: &str, content_type, content| File {
        name: name.to_owned(),
        content_type,
        content: Document::new(content),
    };
    let mut files = vec![
        file("swagger-ui.css", "text/css; charset=utf-8", parts.css),
        file("swagger-ui.js", "text/javascript; charset=utf-8", parts.js),
    ];
    for (at, image) in parts.images.into_iter().enumerate() {
        files.push(file(&format!("swagger-ui-{}.svg", at + 1), "image/svg+xml", image));
    }
    files
});

struct Parts {
    css: String,
    js: String,
    images: Vec<String>,
}

/// `None` can only mean that the crate changed; a test calls it.
fn parts() -> Option<Parts> {
    let html = OpenApiService::new((), "", "").swagger_ui_html();
    let css = between(&html, r#"<style charset="UTF-8">"#, "</style>")?;
    let js = between(&html, r#"<script charset="UTF-8">"#, "</script>")?;
    let (css, images) = take_images(css.trim_end_matches("/*# sourceMappingURL=swagger-ui.css.map*/"))?;
    Some(Parts { css, js: js.to_owned(), images })
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

/// Images inside a style sheet need a looser policy than ours.
fn take_images(css: &str) -> Option<(String, Vec<String>)> {
    let mut pieces = css.split(r#"url("data:image/svg+xml;charset=utf-8,"#);
    let mut without = pieces.next()?.to_owned();
    let mut images = Vec::new();
    for piece in pieces {
        let (image, rest) = piece.split_once(r#"</svg>")"#)?;
        images.push(image.replace('\\', "").replace("%23", "#") + "</svg>");
        without.extend([r#"url("swagger-ui-"#, &images.len().to_string(), r#".svg")"#, rest]);
    }
    Some((without, images))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_comes_apart_without_a_rest() {
        let parts = parts().unwrap();
        assert!(parts.css.len() > 100_000 && !parts.css.contains("data:image/svg"));
        assert!(parts.js.len() > 1_000_000 && parts.js.contains("SwaggerUIBundle"));
        assert_eq!(parts.images.len(), 4);
        assert!(parts.images.iter().all(|image| image.starts_with("<svg") && !image.contains('%')));
    }
}
