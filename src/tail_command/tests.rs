use std::{
    io::{self, ErrorKind, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::timeout};
use tokio_tungstenite::{
    accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
        protocol::CloseFrame,
    },
};

use super::{
    TailOptions, follow,
    messages::{PROTOCOL, ask_for_kinds, kinds_without_entries},
    socket_address,
};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn entry(seq: i64) -> Value {
    json!({ "seq": seq, "id": format!("entry_{seq}"), "at": "2026-11-23T21:00:00.000Z", "kind": "contact.created", "actor": "system", "subject": format!("contact_{seq}"), "object": null, "data": {} })
}

fn next(position: i64, entry: &Value) -> Message {
    Message::text(
        json!({ "type": "next", "id": "tail", "payload": { "data": { "journal": { "position": position, "entry": entry } } } }).to_string(),
    )
}

fn options(url: String) -> TailOptions {
    TailOptions { url, key: "k".to_owned(), after: None, json: false, kinds: vec![] }
}

/// A server that plays one scene per connection and tells what it was asked for.
async fn server(scenes: Vec<Vec<Message>>) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/graphql", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    tokio::spawn(async move {
        for scene in scenes {
            let (stream, _) = listener.accept().await.unwrap();
            #[expect(clippy::result_large_err, reason = "the library's own signature")]
            let callback = |_: &Request, mut response: Response| {
                response.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
                Ok(response)
            };
            let mut socket = accept_hdr_async(stream, callback).await.unwrap();
            let init: Value =
                serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
            assert_eq!(init["payload"]["authorization"], "Bearer k");
            socket.send(Message::text(r#"{"type":"connection_ack"}"#)).await.unwrap();
            socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
            let said: Value =
                serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
            told.lock().unwrap().push(said["payload"]["variables"].clone());
            for message in scene {
                socket.send(message).await.unwrap();
            }
            // Reads until the client has read everything and answers the close, or leaves.
            while let Ok(Some(Ok(_))) = timeout(Duration::from_millis(300), socket.next()).await {}
        }
    });
    (url, asked)
}

fn close(code: u16) -> Message {
    Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))
}

#[tokio::test]
async fn a_broken_connection_is_resumed_without_loss_or_repeat() {
    let refused = Message::text(
        r#"{"type":"error","id":"tail","payload":[{"message":"no more","extensions":{"code":"BAD_USER_INPUT"}}]}"#,
    );
    let (url, asked) = server(vec![
        vec![next(3, &Value::Null), next(4, &entry(4)), next(5, &entry(5)), close(1012)],
        vec![next(5, &entry(5)), next(6, &entry(6)), next(9, &Value::Null)],
        vec![refused],
    ])
    .await;
    let mut paper = Paper::default();
    let error =
        follow(&TailOptions { kinds: vec!["contact.created".to_owned()], ..options(url) }, &mut paper)
            .await
            .unwrap_err();
    assert!(error.to_string().contains("no more"), "{error}");
    let line =
        |n: i64| format!("       {n}  2026-11-23T21:00:00.000Z  contact.created               contact_{n}");
    assert_eq!(paper.text().lines().collect::<Vec<_>>(), [line(4), line(5), line(6)]);
    let kinds = json!(["contact.created"]);
    assert_eq!(
        *asked.lock().unwrap(),
        [
            json!({ "kinds": kinds }),
            json!({ "kinds": kinds, "after": 5 }),
            json!({ "kinds": kinds, "after": 9 })
        ]
    );
}

#[test]
fn a_kind_of_which_there_is_no_entry_is_found_out() {
    let kinds = ["deal.moved".to_owned(), "nope.kind".to_owned()];
    let question = ask_for_kinds(&kinds)["payload"].take();
    assert!(
        question["query"].as_str().unwrap().contains("k1: journal(first: 1, filter: { kinds: $k1 })"),
        "{question}"
    );
    assert_eq!(question["variables"], json!({ "k0": ["deal.moved"], "k1": ["nope.kind"] }));
    assert_eq!(
        kinds_without_entries(&kinds, &json!({ "k0": { "nodes": [{ "seq": 3 }] }, "k1": { "nodes": [] } })),
        ["nope.kind"]
    );
    assert!(kinds_without_entries(&kinds, &Value::Null).is_empty(), "no answer says nothing");
}

#[tokio::test]
async fn a_refused_key_ends_it_with_clear_words() {
    let (url, asked) = server(vec![vec![close(4403)]]).await;
    let error =
        follow(&TailOptions { after: Some(7), ..options(url) }, &mut Paper::default()).await.unwrap_err();
    assert!(error.to_string().contains("refuses the key"), "{error}");
    assert_eq!(*asked.lock().unwrap(), [json!({ "after": 7 })]);
}

#[tokio::test]
async fn json_lines_are_the_entries() {
    let (url, _) = server(vec![vec![next(1, &entry(1)), close(4403)]]).await;
    let mut paper = Paper::default();
    follow(&TailOptions { json: true, ..options(url) }, &mut paper).await.unwrap_err();
    assert_eq!(serde_json::from_str::<Value>(paper.text().trim_end()).unwrap(), entry(1));
}

#[tokio::test]
async fn a_closed_pipe_ends_it_quietly() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (url, _) = server(vec![vec![next(1, &entry(1))]]).await;
    follow(&options(url), &mut Closed).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_at_once() {
    let error =
        follow(&options("http://127.0.0.1:1/graphql".to_owned()), &mut Paper::default()).await.unwrap_err();
    assert!(error.to_string().starts_with("cannot follow http://127.0.0.1:1/graphql"), "{error}");
}

#[tokio::test]
async fn an_https_address_is_spoken_to_in_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/graphql", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncReadExt::read_u8(&mut stream).await.unwrap()
    });
    assert!(follow(&options(url), &mut Paper::default()).await.is_err());
    assert_eq!(server.await.unwrap(), 0x16, "a TLS handshake, and the key is not in it");
}

#[test]
fn addresses_become_those_of_sockets() {
    assert_eq!(socket_address("https://crm.example/graphql").unwrap(), "wss://crm.example/graphql");
    assert_eq!(socket_address("http://[::1]:8080/graphql").unwrap(), "ws://[::1]:8080/graphql");
    assert!(socket_address("ftp://crm.example").is_err() && socket_address("crm.example").is_err());
}
