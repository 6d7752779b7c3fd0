//! What we determine about a client: the IP address behind trusted proxies, its network for rate limits, and
//! the browser's family for evidence. The address itself is only used for rate limits, and neither stored nor
//! logged.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The client's address. `X-Forwarded-For` is only trusted as far as trusted proxies wrote it: it is read
/// from the right up to the first address that is not a trusted proxy. Everything left of that is the
/// client's own claim.
///
/// Not `axum-client-ip`: it believes the header whoever sent it, and knows no list of trusted proxies.
#[must_use]
pub fn client_ip(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_ours = |ip: IpAddr| trusted.iter().any(|net| net.contains(&ip));
    let mut caller = peer.ip().to_canonical();
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or_default()).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_ours(caller) {
            break;
        }
        let Some(ip) = address(hop.trim()) else { break };
        caller = ip;
    }
    caller
}

/// Some proxies include the port, and brackets around IPv6.
fn address(hop: &str) -> Option<IpAddr> {
    let ip = hop.parse::<IpAddr>().or_else(|_| hop.parse::<SocketAddr>().map(|socket| socket.ip()));
    let ip = ip.or_else(|_| hop.trim_start_matches('[').trim_end_matches(']').parse());
    ip.ok().map(|ip| ip.to_canonical())
}

/// The network that shares a rate limit: /24 for IPv4, /56 for IPv6 (what a provider usually assigns to one
/// customer).
#[must_use]
pub fn ip_prefix(ip: IpAddr) -> String {
    let net = match ip.to_canonical() {
        IpAddr::V4(ip) => Ipv4Net::new(ip, 24).map(IpNet::from),
        IpAddr::V6(ip) => Ipv6Net::new(ip, 56).map(IpNet::from),
    };
    net.map(|net| net.trunc().to_string()).unwrap_or_default()
}

/// Product tokens of browsers; the more specific first, because their user agents also contain the later
/// ones.
const FAMILIES: [(&str, &str); 13] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Family and major version, like `Firefox 143`, or `other`. Built from fixed names and at most three digits,
/// so that no client text gets through.
#[must_use]
pub fn browser_family(user_agent: &str) -> String {
    let read: String = user_agent.chars().take(1000).collect();
    let found = FAMILIES.iter().find_map(|(mark, family)| {
        let (_, rest) = read.split_once(mark)?;
        (*family != "Safari" || rest.contains("Safari/")).then_some((*family, rest))
    });
    let Some((family, rest)) = found else { return "other".to_owned() };
    let major: String = rest.chars().take_while(char::is_ascii_digit).take(4).collect();
    if matches!(major.len(), 1..=3) { format!("{family} {major}") } else { family.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn forwarded_for_is_believed_only_from_trusted_proxies() {
        assert_eq!(ip("203.0.113.9:1", &["198.51.100.7"], &[]), "203.0.113.9");
        assert_eq!(ip("203.0.113.9:1", &["198.51.100.7"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(ip("10.0.0.1:1", &["198.51.100.7"], &["10.0.0.0/8"]), "198.51.100.7");
    }

    #[test]
    fn what_the_caller_claims_left_of_the_first_stranger_is_ignored() {
        assert_eq!(ip("10.0.0.1:1", &["1.1.1.1, 198.51.100.7, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(ip("10.0.0.1:1", &["1.1.1.1", "198.51.100.7, 10.0.0.2"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(ip("10.0.0.1:1", &["10.0.0.3, 10.0.0.2"], &["10.0.0.0/8"]), "10.0.0.3");
    }

    #[test]
    fn an_unreadable_hop_ends_the_walk_at_the_last_readable_one() {
        assert_eq!(ip("10.0.0.1:1", &["198.51.100.7, unknown, 10.0.0.2"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(ip("10.0.0.1:1", &[""], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_read() {
        assert_eq!(ip("[::ffff:10.0.0.1]:1", &["198.51.100.7:4711"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(ip("10.0.0.1:1", &["[2001:db8::1]:4711"], &["10.0.0.0/8"]), "2001:db8::1");
        assert_eq!(ip("[fd00::1]:1", &["[2001:db8::1]"], &["fd00::/8"]), "2001:db8::1");
    }

    #[test]
    fn budgets_are_per_network() {
        assert_eq!(ip_prefix("203.0.113.9".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(ip_prefix("::ffff:203.0.113.9".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(ip_prefix("2001:db8:1:2ff::9".parse().unwrap()), "2001:db8:1:200::/56");
    }

    #[test]
    fn browsers_become_family_and_major_version() {
        for (agent, family) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox 143"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome 140",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge 141",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari 18",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.1 Mobile/15E148 Safari/604.1",
                "Chrome 140",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet 28",
            ),
            ("Firefox/123456 <script>", "Firefox"),
            ("curl/8.5.0", "other"),
            ("", "other"),
        ] {
            assert_eq!(browser_family(agent), family);
        }
    }
}
