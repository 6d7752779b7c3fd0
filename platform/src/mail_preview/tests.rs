//! Tests of the preview as seen by a browser, a script and an attacker.

use axum::body::{Body, to_bytes};
use tower::ServiceExt;

use super::*;

const MAIL: &str = "From: =?utf-8?q?Atelier_=C3=89toile?= <crm@example.org>\r\nTo: ada@xn--exmple-cua.example\r\nSubject: =?utf-8?q?Veuillez_confirmer_?=\r\n =?utf-8?q?l=27=C3=A9t=C3=A9?=\r\nDate: Mon, 23 Nov 2026 21:18:00 +0000\r\n\
Message-ID: <job_1@crm.example>\r\nList-Unsubscribe: <https://crm.example/unsubscribe/t>\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nOuvrez\r\nhttps://crm.example/confirm/v1.to=\r\nken?x=3D1&y=3D2\r\n<b>=C3=A9</b>\r\n\
--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<!doctype html><html><head><title>t</title></head><body><a href=\"https://crm.example/confirm/v1.token?x=1&amp;y=2\">Ouvrir</a><script>alert(1)</script></body></html>\r\n--b--\r\n";

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn mail(&self) -> JobId {
        let id = JobId::new();
        std::fs::write(self.folder.path().join(format!("{id}.eml")), MAIL).unwrap();
        id
    }

    async fn ask(&self, host: &str, path: &str) -> (StatusCode, HeaderMap, String) {
        let request = Request::builder().uri(path).header(header::HOST, host).body(Body::empty()).unwrap();
        let response = router(self.folder.path().to_owned()).unwrap().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        (
            head.status,
            head.headers,
            String::from_utf8(to_bytes(body, 10_000_000).await.unwrap().into()).unwrap(),
        )
    }

    async fn get(&self, path: &str) -> String {
        let (status, _, body) = self.ask("localhost:8025", path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        body
    }
}

#[tokio::test]
async fn an_empty_mailbox_explains_itself_and_looks_again() {
    let page = Case::new().get("/").await;
    assert!(
        page.contains("No e-mails yet")
            && page.contains("ACCORD_SMTP_URL")
            && page.contains("http-equiv=\"refresh\" content=\"3\""),
        "{page}"
    );
}

#[tokio::test]
async fn the_list_shows_the_newest_first_and_keeps_500() {
    let case = Case::new();
    let ids: Vec<JobId> = (0..502).map(|_| case.mail()).collect();
    std::fs::write(case.folder.path().join(".job_half.eml"), "half").unwrap();
    std::fs::write(case.folder.path().join("notes.txt"), "not a mail").unwrap();
    let page = case.get("/").await;
    assert!(
        page.contains("500 e-mails")
            && page.contains("Veuillez confirmer l&#39;été")
            && page.contains("ada@xn--exmple-cua.example")
    );
    let place = |id: JobId| page.find(&id.to_string());
    assert!(place(ids[501]) < place(ids[500]) && place(ids[500]) < place(ids[2]));
    assert_eq!((place(ids[0]), place(ids[1])), (None, None));
    assert!(
        !case.folder.path().join(format!("{}.eml", ids[0])).exists()
            && case.folder.path().join("notes.txt").exists()
    );
}

#[tokio::test]
async fn a_mail_is_shown_as_html_as_text_and_as_source() {
    let case = Case::new();
    let id = case.mail();
    let page = case.get(&format!("/mails/{id}")).await;
    assert!(
        page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"")
            && page.contains(&format!("src=\"/mails/{id}/html\"")),
        "{page}"
    );
    let text = case.get(&format!("/mails/{id}/text")).await;
    assert!(
        text.contains("<a href=\"https://crm.example/confirm/v1.token?x=1&amp;y=2\"")
            && text.contains("&lt;b&gt;é&lt;"),
        "{text}"
    );
    let (_, headers, html) = case.ask("[::1]:8025", &format!("/mails/{id}/html")).await;
    assert!(
        headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox")
            && html.contains("<head><base target=\"_blank\">"),
        "{html}"
    );
    let (_, headers, source) = case.ask("127.0.0.1:8025", &format!("/mails/{id}/source")).await;
    assert_eq!(
        (headers[header::CONTENT_TYPE].to_str().unwrap(), source.as_str()),
        ("text/plain; charset=utf-8", MAIL)
    );
    assert!(case.get("/preview.css").await.contains("color-scheme"));
}

#[tokio::test]
async fn programs_read_the_mails_as_json() {
    let case = Case::new();
    let id = case.mail();
    let mails: serde_json::Value = serde_json::from_str(&case.get("/api/mails").await).unwrap();
    let mail = &mails[0];
    assert_eq!(mail["id"], id.to_string());
    assert_eq!(mail["subject"], "Veuillez confirmer l'été");
    assert_eq!(mail["to"], "ada@xn--exmple-cua.example");
    assert_eq!(mail["date"], "2026-11-23T21:18:00Z");
    assert_eq!(mail["headers"]["Message-ID"], "<job_1@crm.example>");
    assert_eq!(mail["headers"]["List-Unsubscribe"], "<https://crm.example/unsubscribe/t>");
    assert_eq!(mail["headers"]["From"], "Atelier Étoile <crm@example.org>");
    assert_eq!(
        mail["text"].as_str().unwrap().trim_end(),
        "Ouvrez\nhttps://crm.example/confirm/v1.token?x=1&y=2\n<b>é</b>"
    );
    assert_eq!(mail["links"], json!(["https://crm.example/confirm/v1.token?x=1&y=2"]));
}

#[tokio::test]
async fn only_names_of_this_machine_are_answered() {
    let case = Case::new();
    for host in ["localhost", "LOCALHOST:8025", "127.0.0.1:8025", "127.8.0.1", "[::1]:8025", "mail.localhost"]
    {
        assert_eq!(case.ask(host, "/").await.0, StatusCode::OK, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example:8025",
        "10.0.0.1",
        "127.0.0.1.evil.example",
        "",
        "user@localhost:8025/x",
    ] {
        let (status, headers, body) = case.ask(host, "/api/mails").await;
        assert_eq!(status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY) && !body.contains('['), "{host}");
    }
}

#[tokio::test]
async fn ids_cannot_leave_the_folder() {
    let case = Case::new();
    std::fs::write(case.folder.path().join("secret.eml"), MAIL).unwrap();
    for id in [
        "secret",
        "..%2Fsecret",
        "%2Fetc%2Fpasswd",
        "job_01h455vb4pex5vsknk084sn02q%2F..%2Fsecret",
        "mail_01h455vb4pex5vsknk084sn02q",
        "job_01h455vb4pex5vsknk084sn02q",
    ] {
        for view in ["", "/html", "/text", "/source"] {
            assert_eq!(
                case.ask("localhost", &format!("/mails/{id}{view}")).await.0,
                StatusCode::NOT_FOUND,
                "{id}{view}"
            );
        }
    }
}

#[tokio::test]
async fn it_stops_when_told() {
    let case = Case::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let served = tokio::spawn(serve(listener, case.folder.path().to_owned(), stopped));
    stop.send(true).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(5), served).await.unwrap().unwrap().unwrap();
}
