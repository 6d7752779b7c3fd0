//! GraphQL over WebSocket: the complete server side of `graphql-transport-ws` (the protocol of npm's
//! `graphql-ws`), with its close codes, and limits on everything that one client can make the server keep in
//! memory.
//!
//! One task owns a socket and does all reading and writing; every operation has its own task and sends its
//! answers through one bounded queue, so a client that does not read blocks its own operations instead of
//! filling our memory. Credentials come in `connection_init` (or in the handshake), never in the URL, and are
//! checked again while the socket is open. The older protocol `subscriptions-transport-ws` (`graphql-ws` on
//! the wire) is refused.

mod connection;
mod handshake;
mod operation;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use async_graphql::Executor;
use axum::{
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::Response,
};
use futures_util::future::pending;
use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};

use self::connection::Connection;
pub(super) use self::handshake::fault_of;
use super::{
    limits::MAX_BODY,
    transport::{Credential, Endpoint, Page, Peer, bearer, refuse, request_id},
    user_error::GraphqlErrorCode as Code,
};

const PROTOCOL: &str = "graphql-transport-ws";
/// Most answers that wait to be sent; when the queue is full, operations wait.
const QUEUE: usize = 64;
/// How long we wait for the peer's close frame, so that the peer can read our reason.
const FAREWELL: Duration = Duration::from_secs(2);

/// Accepts a handshake, or refuses it: a page of another origin must not connect through a browser that can
/// reach us.
pub(super) fn accept<S, D>(
    endpoint: Arc<Endpoint<S, D>>,
    upgrade: WebSocketUpgrade,
    headers: &HeaderMap,
    peer: Peer,
) -> Response
where
    S: Executor,
    D: Clone + Send + Sync + 'static,
{
    let page = endpoint.page(headers);
    if page == Page::AnotherPage {
        return refuse(
            StatusCode::FORBIDDEN,
            Code::Forbidden,
            "pages of this origin may not connect: the operator lists apps in ACCORD_APP_ORIGINS",
        );
    }
    let mut upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(1024)
        .max_message_size(MAX_BODY)
        .max_frame_size(MAX_BODY);
    let acceptable = upgrade.selected_protocol().is_some();
    if !acceptable {
        // Echoed so that the peer completes the handshake and can read the close code that explains the
        // error.
        let offered: Option<HeaderValue> = upgrade.requested_protocols().next().cloned();
        if let Some(offered) = offered {
            upgrade.set_selected_protocol(offered);
        }
    }
    // Browsers send cookies by themselves, so a cookie counts only if the browser names one of our own pages
    // or a listed app as the sender.
    let cookie = endpoint.cookie.filter(|_| page.may_send_cookies()).and_then(|name| peer.cookie(name));
    let credential = bearer(headers)
        .map(Credential::Bearer)
        .or(cookie.map(|cookie| Credential::Cookie(cookie.to_owned())));
    let request_id = request_id(headers);
    upgrade.on_upgrade(move |mut socket| async move {
        let _open = endpoint.observer.metrics().open("websocket");
        let end = if acceptable {
            let (queue, answers) = mpsc::channel(QUEUE);
            let connection = Connection::new(&endpoint, credential, peer, request_id, queue);
            connection.run(&mut socket, answers).await
        } else {
            End::Close(4406, "Subprotocol not acceptable")
        };
        match end {
            End::Close(code, reason) => farewell(&mut socket, code, reason).await,
            End::Left => hear_out(&mut socket).await,
            End::Gone => {}
        }
    })
}

async fn farewell(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    if let Ok(Ok(())) = timeout(FAREWELL, socket.send(Message::Close(Some(frame)))).await {
        match code {
            // After a protocol error nothing more can be read, such as the rest of a message that is too big:
            // only wait.
            1002 | 1007 | 1009 => sleep(FAREWELL).await,
            _ => hear_out(socket).await,
        }
    }
}

/// Reads on until the peer closes: dropping a socket with unread bytes resets it, and the close code is lost.
/// Reading also sends our answer to the peer's own close frame.
async fn hear_out(socket: &mut WebSocket) {
    let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}

/// Why a socket ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// We close it, with a code and a reason.
    Close(u16, &'static str),
    /// The client sent a close frame.
    Left,
    /// The connection is lost.
    Gone,
}

/// Continue, or end the socket.
type Step<T = ()> = std::result::Result<T, End>;

/// Waits for the process to stop.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // The sender is gone, so the signal can never come.
        pending::<()>().await;
    }
}
