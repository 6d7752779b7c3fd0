use super::*;

fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}/accord.db", folder.path().display());
    let get = |name: &str| {
        let given = settings.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        given.or_else(|| (name == "ACCORD_DATABASE_URL").then(|| database.clone()))
    };
    Config::read(get).map_err(|error| error.to_string())
}

#[test]
fn passwords_cost_what_asvs_asks_for_unless_a_test_says_otherwise() {
    let cost = read(&[]).unwrap().password_cost;
    assert!(cost.memory_kib >= 19 * 1024 && cost.passes >= 2 && cost.at_once >= 1, "{cost:?}");
}

#[test]
fn the_defaults_are_safe_and_start() {
    let config = read(&[]).unwrap();
    assert!(
        config.listen.ip().is_loopback()
            && config.smtp.is_none()
            && config.trusted_proxies.is_empty()
            && !config.graphiql
    );
    assert!(config.metrics_listen.is_none() && config.otlp_endpoint.is_none());
}

#[test]
fn settings_that_contradict_or_are_unsafe_stop_the_start_with_one_line() {
    for (settings, says) in [
        (&[("ACCORD_PUBLIC_URL", "https://crm.example.org")][..], "set ACCORD_SMTP_URL"),
        (&[("ACCORD_PUBLIC_URL", "http://crm.example.org")], "must begin with https://"),
        (&[("ACCORD_PUBLIC_URL", "http://localhost:8080/crm")], "origin only"),
        (&[("ACCORD_PUBLIC_URL", "https://me:secret@crm.example.org")], "origin only"),
        (&[("ACCORD_SMTP_URL", "smtps://smtp.example.org")], "ACCORD_MAIL_FROM is required"),
        (&[("ACCORD_SMTP_URL", "smtps://smtp.example.org"), ("ACCORD_MAIL", "preview")], "contradict"),
        (&[("ACCORD_DATABASE_URL", "postgres://localhost/accord")], "ACCORD_SECRET_KEY is required"),
        (&[("ACCORD_DATABASE_URL", "mysql://localhost/accord")], "sqlite:// or postgres://"),
        (&[("ACCORD_APP_ORIGINS", "*")], "lists origins like https://app.example.org"),
        (&[("ACCORD_APP_ORIGINS", "http://app.example.org")], "must begin with https://"),
        (&[("ACCORD_SECRET_KEY", "c2hvcnQ=")], "32 bytes"),
        (&[("ACCORD_PREVIEW_LISTEN", "0.0.0.0:8025")], "loopback"),
        (&[("ACCORD_TRUSTED_PROXIES", "everyone")], "ACCORD_TRUSTED_PROXIES"),
        (&[("ACCORD_LISTEN", "8080")], "ACCORD_LISTEN"),
        (&[("ACCORD_LISTEN", "127.0.0.1:0")], "set ACCORD_PUBLIC_URL"),
        (&[("ACCORD_DB_CONNECTIONS", "0")], "at least 1"),
        (&[("ACCORD_DB_CONNECTIONS", "-1")], "ACCORD_DB_CONNECTIONS is not a number"),
        (&[("ACCORD_GRAPHIQL", "enabled")], "ACCORD_GRAPHIQL is neither on nor off"),
        (&[("ACCORD_METRICS_LISTEN", "9464")], "ACCORD_METRICS_LISTEN is not an address"),
        (&[("ACCORD_METRICS_LISTEN", "127.0.0.1:8080")], "an address of its own"),
        (&[("ACCORD_METRICS_LISTEN", "0.0.0.0:8080")], "an address of its own"),
        (&[("ACCORD_METRICS_LISTEN", "127.0.0.1:8025")], "an address of its own"),
        (&[("ACCORD_OTLP_ENDPOINT", "127.0.0.1:4318")], "ACCORD_OTLP_ENDPOINT is not a URL"),
        (&[("ACCORD_OTLP_ENDPOINT", "https://collector.example")], "run an OpenTelemetry collector beside"),
        (&[("ACCORD_OTLP_ENDPOINT", "http://me:secret@127.0.0.1:4318")], "plain http://"),
    ] {
        let error = read(settings).unwrap_err();
        assert!(error.contains(says) && !error.contains('\n'), "{settings:?}: {error}");
    }
}

#[test]
fn a_setting_that_is_on_or_off_is_written_as_people_write_it() {
    for (text, on) in [
        ("1", true),
        ("true", true),
        ("YES", true),
        ("On", true),
        ("0", false),
        ("False", false),
        ("no", false),
        ("OFF", false),
    ] {
        assert_eq!(read(&[("ACCORD_GRAPHIQL", text)]).unwrap().graphiql, on, "{text}");
    }
}

#[test]
fn links_lead_to_the_port_we_listen_on_unless_an_origin_is_given() {
    for (listen, origin) in [("127.0.0.1:9000", "http://localhost:9000"), ("0.0.0.0:80", "http://localhost")]
    {
        assert_eq!(read(&[("ACCORD_LISTEN", listen)]).unwrap().public_url, origin);
    }
    assert_eq!(read(&[]).unwrap().public_url, "http://localhost:8080");
    let given = read(&[("ACCORD_LISTEN", "127.0.0.1:9000"), ("ACCORD_PUBLIC_URL", "http://localhost:7000/")])
        .unwrap();
    assert_eq!(given.public_url, "http://localhost:7000");
}

#[test]
fn the_public_origin_is_kept_as_browsers_write_it() {
    for (given, kept) in [
        ("http://LocalHost:8080", "http://localhost:8080"),
        ("http://localhost:80/", "http://localhost"),
        ("HTTPS://localhost:443", "https://localhost"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://CRM.Example.org:443/", "https://crm.example.org"),
        ("https://café.example:8443", "https://xn--caf-dma.example:8443"),
    ] {
        let smtp = [("ACCORD_SMTP_URL", "smtps://smtp.example.org"), ("ACCORD_MAIL_FROM", "crm@example.org")];
        let settings: Vec<_> = [("ACCORD_PUBLIC_URL", given)].into_iter().chain(smtp).collect();
        assert_eq!(read(&settings).unwrap().public_url, kept, "{given}");
    }
}

/// `NAME=value` of each line that begins so, or with a `#` before it.
fn assignments(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let lines = text.lines().map(|line| line.strip_prefix('#').unwrap_or(line));
    lines.filter(|line| line.starts_with("ACCORD_")).filter_map(|line| line.split_once('=')).collect()
}

#[test]
fn the_package_brings_every_setting_once_commented_with_a_value_that_can_be_read() {
    let text = include_str!("../../packaging/accord.env");
    let given = assignments(text);
    let mut names: Vec<_> = given.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let of_the_service = SETTINGS.iter().filter(|setting| setting.of_the_service);
    let mut settings: Vec<_> = of_the_service.map(|setting| setting.name).collect();
    settings.sort_unstable();
    assert_eq!(names, settings);
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "a setting is in force");
    let without = |left_out: &str| {
        let rest: Vec<_> = given.iter().copied().filter(|(name, _)| *name != left_out).collect();
        read(&rest)
    };
    // These two contradict each other.
    without("ACCORD_MAIL").unwrap();
    let error = without("ACCORD_SMTP_URL").unwrap_err();
    assert!(error.contains("no mail server is set"), "{error}");
    let unset: Vec<_> = given.iter().filter(|(name, _)| *name == "ACCORD_MAIL").copied().collect();
    assert!(read(&unset).unwrap().smtp.is_none());
}

#[test]
fn the_package_shows_the_defaults_that_are_in_force() {
    let given = assignments(include_str!("../../packaging/accord.env"));
    let defaults: Vec<_> =
        SETTINGS.iter().filter_map(|setting| Some((setting.name, setting.default?))).collect();
    for default in &defaults {
        assert!(given.contains(default), "{default:?}");
    }
    assert!(defaults.contains(&("ACCORD_LISTEN", "127.0.0.1:8080")), "{defaults:?}");
}

#[test]
fn no_setting_is_listed_twice() {
    let names: std::collections::BTreeSet<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    assert_eq!(names.len(), SETTINGS.len());
}

#[test]
fn the_settings_for_containers_have_known_names_and_values_that_can_be_read() {
    let given = assignments(include_str!("../../packaging/compose.env"));
    let names = given.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(unknown(names), [""; 0]);
    let filled = given.iter().map(|(name, value)| match *name {
        "ACCORD_SECRET_KEY" if value.is_empty() => (*name, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        _ => (*name, *value),
    });
    assert_eq!(read(&filled.collect::<Vec<_>>()).unwrap().public_url, "https://crm.example.org");
}

#[test]
fn variables_that_only_look_like_settings_are_named() {
    let names = [
        "ACCORD_LISTN",
        "ACCORD_LISTEN",
        "ACCORD_API_KEY",
        "ACCORD_TEST_REDIS",
        "ACCORD_BENCH_X",
        "ACCORD_SERVERS_DURABLE",
        "ACCORD_BIN",
    ];
    assert_eq!(
        unknown(names.into_iter().chain(["HOME", "ACCORD_DB"]).map(str::to_owned)),
        ["ACCORD_DB", "ACCORD_LISTN"]
    );
}

#[test]
fn a_database_whose_key_is_missing_gets_no_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("accord.db");
    let get =
        |name: &str| (name == "ACCORD_DATABASE_URL").then(|| format!("sqlite://{}", database.display()));
    std::fs::write(&database, "rows").unwrap();
    let error = Config::read(get).unwrap_err().to_string();
    assert!(
        error.contains("secret.key is missing: restore it from your backup") && !error.contains('\n'),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    std::fs::remove_file(&database).unwrap();
    assert!(Config::read(get).is_ok(), "the first start makes one");
    std::fs::write(&database, "rows").unwrap();
    assert!(Config::read(get).is_ok());
}

#[test]
fn a_start_that_a_setting_stops_leaves_no_key_behind() {
    let folder = tempfile::tempdir().unwrap();
    let get = |name: &str| match name {
        "ACCORD_DATABASE_URL" => Some(format!("sqlite://{}/new/accord.db", folder.path().display())),
        "ACCORD_DB_CONNECTIONS" => Some("0".to_owned()),
        _ => None,
    };
    assert!(Config::read(get).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
