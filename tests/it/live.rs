//! Live updates over real sockets on loopback: nothing is missed or delivered twice, whatever dies in
//! between.

use std::{net::SocketAddr, time::Duration};

use crate::support::{Socket, TestApp};
use accord::{
    accounts::revoke_api_key,
    app::App,
    config::Config,
    graphql::schema,
    http,
    platform::{actor::Actor, mailer::Mailer, work::Entry},
};
use entity::Role;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};

const JOURNAL: &str = "subscription($after: Int, $kinds: [String!]) { journal(after: $after, kinds: $kinds) { position entry { seq kind } } }";

async fn write(app: &App, workspace: entity::WorkspaceId, kinds: &[&'static str]) -> i64 {
    let mut work = app.begin(workspace, Actor::System).await.unwrap();
    for kind in kinds {
        work.record(Entry::new(kind));
    }
    work.commit().await.unwrap();
    accord::journal::current_seq(app.db(), workspace).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_is_far_behind_makes_us_hold_little_until_it_takes_what_it_is_given() {
    let app = TestApp::new().await;
    for _ in 0..4 {
        write(&app.app, app.workspace, &["test.written"; 400]).await;
    }
    let mut tail = app.app.tails.follow(&app.app.ledger.db, app.workspace, 0).await.unwrap();
    let (mut sizes, mut seen) = (Vec::new(), 0);
    while seen < 1_600 {
        let entries = tail.next().await.unwrap();
        for entry in &entries {
            assert_eq!(entry.seq, seen + 1);
            seen = entry.seq;
        }
        sizes.push(entries.len());
    }
    assert_eq!(sizes[..6], [16, 32, 64, 128, 256, 500]);
}

/// A small random generator whose run can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_is_killed_again_and_again_gets_every_entry_once_and_in_order() {
    let app = TestApp::new().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Reader).await;
    let begun = i64::try_from(app.journal().await.len()).unwrap();
    let seed = u64::from_le_bytes(accord::platform::keys::random::<8>()) | 1;
    let (node, workspace) = (app.app.clone(), app.workspace);
    let writer = tokio::spawn(async move {
        let mut dice = Dice(seed);
        let mut left = 300_u64;
        while left > 0 {
            let size = (1 + dice.roll(7)).min(left);
            write(&node, workspace, &vec!["test.written"; usize::try_from(size).unwrap()]).await;
            left -= size;
            tokio::time::sleep(Duration::from_millis(dice.roll(20))).await;
        }
    });
    // A subscriber who stays connected gets the same events, mostly from memory.
    let mut steady = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": 0 })).await;
    let steady = tokio::spawn(async move {
        for seq in 1..=begun + 300 {
            assert_eq!(steady.event("journal").await["position"], seq);
        }
    });
    let mut dice = Dice(seed.rotate_left(17) | 1);
    let (mut seen, mut kills) = (Vec::new(), 0);
    let mut position = 0;
    while position < begun + 300 {
        let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": position })).await;
        for _ in 0..dice.roll(40) {
            let event = socket.event("journal").await;
            position = event["position"].as_i64().unwrap();
            assert_eq!(event["entry"]["seq"], position);
            seen.push(position);
            if position == begun + 300 {
                break;
            }
        }
        // No close handshake: the connection simply drops.
        drop(socket);
        kills += 1;
    }
    writer.await.unwrap();
    steady.await.unwrap();
    assert_eq!(seen, (1..=begun + 300).collect::<Vec<_>>(), "seed {seed}");
    assert!(kills > 3, "seed {seed}: the reader was never killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_says_nothing_gets_what_comes_from_now_on_and_a_number_of_another_journal_is_refused() {
    let app = TestApp::new().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Reader).await;
    let head = i64::try_from(app.journal().await.len()).unwrap();
    let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({})).await;
    // Nothing says when the subscription is active, so entries are written until the first one arrives.
    let mut written;
    let first = loop {
        written = write(&app.app, app.workspace, &["test.now"]).await;
        if let Ok(event) = timeout(Duration::from_millis(300), socket.event("journal")).await {
            break event["position"].as_i64().unwrap();
        }
    };
    assert!(first > head, "it began in the past");
    for seq in first + 1..=written {
        assert_eq!(
            socket.event("journal").await,
            json!({ "position": seq, "entry": { "seq": seq, "kind": "test.now" } })
        );
    }
    for after in [-1, 1_000_000] {
        let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": after })).await;
        let refused = socket.hear().await.unwrap();
        assert_eq!(
            (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
            (&json!("error"), &json!("BAD_USER_INPUT")),
            "{refused}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_stream_tells_its_position_while_nothing_fits() {
    let app = TestApp::new().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Reader).await;
    let head = i64::try_from(app.journal().await.len()).unwrap();
    let mut socket =
        Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": head, "kinds": ["test.wanted"] }))
            .await;
    write(&app.app, app.workspace, &["test.other"; 250]).await;
    let event = socket.event("journal").await;
    assert_eq!(event["entry"], Value::Null, "{event}");
    let position = event["position"].as_i64().unwrap();
    assert!(position >= head + 200 && position <= head + 250, "{event}");
    let last =
        write(&app.app, app.workspace, &["test.other", "test.wanted", "test.other", "test.wanted"]).await;
    for seq in [last - 2, last] {
        assert_eq!(
            socket.event("journal").await,
            json!({ "position": seq, "entry": { "seq": seq, "kind": "test.wanted" } })
        );
    }
    // Resuming at the bare position misses nothing either.
    let mut resumed = Socket::subscribe(
        address,
        &client.key,
        JOURNAL,
        json!({ "after": position, "kinds": ["test.wanted"] }),
    )
    .await;
    assert_eq!(resumed.event("journal").await["position"], last - 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_a_reader_hears_nothing_of_another_workspace() {
    let app = TestApp::new().await;
    let other = app.other_workspace("other").await;
    let address = app.serve().await;
    let (ours, theirs) = (app.api_key(Role::Owner).await, app.api_key_in(other, Role::Owner).await);
    let mut sockets = [
        Socket::subscribe(address, &ours.key, JOURNAL, json!({ "after": 0 })).await,
        Socket::subscribe(address, &theirs.key, JOURNAL, json!({ "after": 0 })).await,
    ];
    let mut heads = [0, 0];
    for _ in 0..20 {
        heads = [
            write(&app.app, app.workspace, &["test.ours"]).await,
            write(&app.app, other, &["test.theirs"]).await,
        ];
    }
    for (socket, (head, foreign)) in
        sockets.iter_mut().zip(heads.into_iter().zip(["test.theirs", "test.ours"]))
    {
        for seq in 1..=head {
            let event = socket.event("journal").await;
            assert_eq!(event["position"], seq);
            assert_ne!(event["entry"]["kind"], foreign);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_consent_is_seen_live_with_its_contact() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Marketing).await;
    let text = "subscription($after: Int, $purpose: ID) { consentChanged(after: $after, purposeId: $purpose) { position entry { kind seq } consent { id state purpose { key } } contact { id email givenName } } }";
    let head = i64::try_from(app.journal().await.len()).unwrap();
    let variables = json!({ "after": head, "purpose": form.newsletter.to_string() });
    let mut socket = Socket::subscribe(address, &client.key, text, variables.clone()).await;
    app.confirmed(&form, "ada@example.org").await;
    let given = socket.event("consentChanged").await;
    assert_eq!(given["entry"]["kind"], "consent.given");
    assert_eq!(given["position"], given["entry"]["seq"]);
    assert_eq!(
        (&given["consent"]["state"], &given["consent"]["purpose"]["key"]),
        (&json!("GIVEN"), &json!("newsletter"))
    );
    assert_eq!(
        (&given["contact"]["email"], &given["contact"]["givenName"]),
        (&json!("ada@example.org"), &json!("Ada"))
    );

    let end = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_IN_PERSON }) { userErrors { code } } }";
    client.gql(end, json!({ "id": given["consent"]["id"] })).await;
    let withdrawn = socket.event("consentChanged").await;
    assert_eq!(
        (&withdrawn["entry"]["kind"], &withdrawn["consent"]["state"]),
        (&json!("consent.withdrawn"), &json!("WITHDRAWN"))
    );

    // Offline the whole time: gets both changes, in order, with the consent's current state.
    let mut late = Socket::subscribe(address, &client.key, text, variables).await;
    let (first, second) = (late.event("consentChanged").await, late.event("consentChanged").await);
    assert_eq!((&first["position"], &second["position"]), (&given["position"], &withdrawn["position"]));
    assert_eq!(first["consent"]["state"], "WITHDRAWN");
}

async fn serve(app: &App) -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let service =
        http::router(app, schema::build(app), stopped).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    (address, stop)
}

/// How long an entry written by one node takes to reach a subscriber of the other, five times.
async fn delays(app: &TestApp, other: &App) -> Vec<Duration> {
    let (address, _stop) = serve(other).await;
    let client = app.api_key(Role::Reader).await;
    let head = i64::try_from(app.journal().await.len()).unwrap();
    let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": head - 1 })).await;
    assert_eq!(socket.event("journal").await["position"], head);
    let mut delays = Vec::new();
    for _ in 0..5 {
        let seq = write(&app.app, app.workspace, &["test.elsewhere"]).await;
        let written = Instant::now();
        assert_eq!(socket.event("journal").await["position"], seq);
        delays.push(written.elapsed());
    }
    delays
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_without_redis_see_each_others_entries_within_two_seconds() {
    let app = TestApp::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| Config {
        redis_url: None,
        ..config
    })
    .await;
    let other = app.second_node().await;
    let delays = delays(&app, &other).await;
    assert!(delays.iter().all(|delay| *delay <= Duration::from_secs(2)), "{delays:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_with_redis_see_each_others_entries_at_once() {
    let app = TestApp::new().await;
    // Without `ACCORD_TEST_REDIS` there is nothing to test.
    if app.app.config.redis_url.is_none() {
        return;
    }
    let other = app.second_node().await;
    let mut delays = delays(&app, &other).await;
    delays.sort();
    // The first may come before both have subscribed; the median is the typical delay.
    assert!(delays[2] < Duration::from_millis(500), "{delays:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_publish_in_redis_does_not_end_the_hints() {
    let app = TestApp::new().await;
    let Some(url) = app.app.config.redis_url.clone() else { return };
    let second = app.second_node().await;
    let (mut first_head, mut second_head) =
        (app.app.ledger.live.head(app.workspace), second.ledger.live.head(app.workspace));
    let mut redis = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    // Until the listener is connected, hints are lost, which is allowed.
    while !second_head.has_changed().unwrap() {
        assert!(Instant::now() < deadline, "no hint ever came");
        write(&app.app, app.workspace, &["test.written"]).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for stranger in [&b"\xff\xfe"[..], b"", b" ", b"hello", b"a b c", b"\x00\xff 7"] {
        let _: i64 =
            redis::cmd("PUBLISH").arg("accord:hints").arg(stranger).query_async(&mut redis).await.unwrap();
    }
    let reached = write(&app.app, app.workspace, &["test.written"]).await;
    for head in [&mut first_head, &mut second_head] {
        timeout(Duration::from_secs(5), head.wait_for(|seq| *seq >= reached)).await.expect("a hint").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_that_was_never_there_or_hangs_up_changes_nothing_but_latency() {
    let rude = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let rude_port = rude.local_addr().unwrap().port();
    tokio::spawn(async move { while rude.accept().await.is_ok() {} });
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for port in [free, rude_port] {
        let url = Some(format!("redis://127.0.0.1:{port}"));
        let app = TestApp::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| Config {
            redis_url: url,
            ..config
        })
        .await;
        let other = app.second_node().await;
        let delays = delays(&app, &other).await;
        assert!(delays.iter().all(|delay| *delay <= Duration::from_secs(2)), "{delays:?}");
        let form = app.newsletter_form().await;
        app.confirmed(&form, "ada@example.org").await;
        assert_eq!(app.consent_of("ada@example.org").await, Some(entity::ConsentState::Given));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_that_goes_away_and_comes_back_loses_nothing() {
    let Some(redis) = TestApp::new().await.app.config.redis_url.clone() else { return };
    let target = url::Url::parse(&redis).unwrap();
    let target = format!("{}:{}", target.host_str().unwrap(), target.port().unwrap_or(6379));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let between = listener.local_addr().unwrap();
    let proxy = tokio::spawn(carry(listener, target.clone()));
    let url = Some(format!("redis://{between}"));
    let app = TestApp::with(Some(Mailer::Memory(std::sync::Arc::default())), |config| Config {
        redis_url: url,
        ..config
    })
    .await;
    let other = app.second_node().await;
    delays(&app, &other).await;
    proxy.abort();
    let _ = proxy.await;
    let away = delays(&app, &other).await;
    assert!(away.iter().all(|delay| *delay <= Duration::from_secs(2)), "{away:?}");
    tokio::spawn(carry(TcpListener::bind(between).await.unwrap(), target));
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut back = delays(&app, &other).await;
    back.sort();
    assert!(back[2] < Duration::from_millis(500), "{back:?}");
}

/// Proxies a port to Redis; all its connections end with it.
async fn carry(listener: TcpListener, target: String) {
    let mut links = JoinSet::new();
    while let Ok((mut near, _)) = listener.accept().await {
        let target = target.clone();
        links.spawn(async move {
            if let Ok(mut far) = TcpStream::connect(target).await {
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_revoked_meanwhile_closes_the_socket_with_4403() {
    let app = TestApp::new().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Reader).await;
    let id = app.query("SELECT object FROM journal WHERE kind = 'api_key.created'", vec![]).await[0]
        .try_get::<String>("", "object")
        .unwrap();
    let mut socket = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": 0 })).await;
    for _ in app.journal().await {
        socket.event("journal").await;
    }
    revoke_api_key(&app.app, app.workspace, Actor::Operator, id.parse().unwrap()).await.unwrap();
    // The credential is checked again every 15 seconds; until then entries may still arrive.
    let code = loop {
        match socket.hear().await {
            Ok(message) => assert_eq!(message["type"], "next", "{message}"),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_4403_and_the_end_of_the_process_is_1012() {
    let app = TestApp::new().await;
    let address = app.serve().await;
    let client = app.api_key(Role::Reader).await;
    let mut stranger = Socket::connect(address).await;
    stranger
        .say(
            json!({ "type": "connection_init", "payload": { "Authorization": "Bearer accord_key_unknown" } }),
        )
        .await;
    assert_eq!(stranger.hear().await, Err(4403));

    let mut busy = Socket::subscribe(address, &client.key, JOURNAL, json!({ "after": 0 })).await;
    busy.event("journal").await;
    let mut idle = Socket::open(address, &client.key).await;
    app.stop();
    assert_eq!(idle.hear().await, Err(1012));
    let code = loop {
        if let Err(code) = busy.hear().await {
            break code;
        }
    };
    assert_eq!(code, 1012);
}
