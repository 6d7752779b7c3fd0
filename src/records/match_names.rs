//! Tests of names in lists. People write a name's words in either order, and in scripts without spaces, as
//! one word: "Ada Lovelace" is "Lovelace Ada", and 山田太郎 is 山田 太郎.

use crate::platform::{
    filter::{Blank, Test, escaped, prefix_range},
    fold::joins_words,
    query::Query,
};

/// Words that are tried in every order; for longer names, only in rotations.
const MOST_ORDERED: usize = 4;
/// Limit on rotations, and on the words that `contains` matches one by one; a longer text is matched as a
/// whole.
const MOST_BEGUN: usize = 20;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// A person's: family name, then given name. Words match in any order.
    Person,
    /// A company's or a deal's, as it is written. Only `contains` matches single words.
    Thing,
}

/// Writes a condition on a column of folded names.
pub fn write_name_test(query: &mut Query, column: &str, test: &Test<String>, of: NameOf) {
    match (test, of) {
        (Test::Contains(text), _)
            if (text.contains(' ') && text.split(' ').count() <= MOST_BEGUN) || is_one_word(text) =>
        {
            write_all(query, text.split(' ').filter(|word| !word.is_empty()), |query, word| {
                let spaceless = format!("replace({column}, ' ', '')");
                query.push(if is_one_word(word) { &spaceless } else { column });
                query.push(" LIKE ").bind(format!("%{}%", escaped(word))).push(" ESCAPE '\\'");
            });
        }
        (Test::Eq(name), NameOf::Person) => {
            query.is_any(column, spellings(name));
        }
        (Test::In(names), NameOf::Person) => {
            query.is_any(column, names.iter().flat_map(|name| spellings(name)));
        }
        (Test::StartsWith(text), NameOf::Person) => write_beginning(query, column, text),
        (test, _) => test.write(query, column, Blank::Empty),
    }
}

fn write_all<'a>(query: &mut Query, words: impl Iterator<Item = &'a str>, write: impl Fn(&mut Query, &str)) {
    query.push("(1 = 1");
    for word in words {
        query.push(" AND ");
        write(query, word);
    }
    query.push(")");
}

/// The name starts like this, whichever part comes first; an index serves each way.
fn write_beginning(query: &mut Query, column: &str, text: &str) {
    let begins = |query: &mut Query, text: &str| {
        let (from, to) = prefix_range(text);
        query
            .push("(")
            .push(column)
            .push(" >= ")
            .bind(from)
            .push(" AND ")
            .push(column)
            .push(" < ")
            .bind(to)
            .push(")");
    };
    query.push("(");
    begins(query, text);
    let words: Vec<&str> = text.split(' ').collect();
    for at in 1..words.len().min(MOST_BEGUN) {
        query.push(" OR (");
        begins(query, &words[at..].join(" "));
        let end = format!("% {}", escaped(&words[..at].join(" ")));
        query.push(" AND ").push(column).push(" LIKE ").bind(end).push(" ESCAPE '\\')");
    }
    for apart in apart(text) {
        query.push(" OR ");
        begins(query, &apart);
    }
    query.push(")");
}

/// The ways to write a name.
fn spellings(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let mut found: Vec<String> = orders(&words).iter().map(|words| words.join(" ")).collect();
    found.extend(apart(name));
    if words.len() > 1 && words.iter().all(|word| is_one_word(word)) {
        found.extend(orders(&words).iter().map(|words| words.concat()));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Every order of a few words; of many, only rotations, since family and given name each stay together.
fn orders<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    if words.len() <= 1 {
        return vec![words.to_vec()];
    }
    let rotated = (0..words.len().min(MOST_BEGUN)).map(|at| [&words[at..], &words[..at]].concat());
    if words.len() > MOST_ORDERED {
        return rotated.collect();
    }
    let rest = |words: Vec<&'a str>| {
        orders(&words[1..]).into_iter().map(move |rest| [vec![words[0]], rest].concat())
    };
    rotated.flat_map(rest).collect()
}

/// A name written in one word, split at each place where the given name may start.
fn apart(name: &str) -> Vec<String> {
    if !is_one_word(name) {
        return Vec::new();
    }
    name.char_indices().skip(1).take(20).map(|(at, _)| format!("{} {}", &name[..at], &name[at..])).collect()
}

/// Whether this may be several words written without spaces.
fn is_one_word(text: &str) -> bool {
    text.chars().nth(1).is_some() && text.chars().all(joins_words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_hundreds_of_words_is_no_condition_of_hundreds_of_parts() {
        let name = vec!["x"; 300].join(" ");
        for test in [Test::StartsWith(name.clone()), Test::Contains(name)] {
            let mut query = Query::new("");
            write_name_test(&mut query, "n", &test, NameOf::Person);
            let text = format!("{query:?}");
            assert!(text.matches(" OR ").count() + text.matches(" AND ").count() < 3 * MOST_BEGUN, "{text}");
        }
    }

    #[test]
    fn a_name_is_the_same_in_any_order_and_in_one_word_where_names_are_written_so() {
        assert_eq!(spellings("ada lovelace"), ["ada lovelace", "lovelace ada"]);
        assert_eq!(
            spellings("de la tour"),
            ["de la tour", "de tour la", "la de tour", "la tour de", "tour de la", "tour la de"]
        );
        assert_eq!(spellings("a b c d e").len(), 5);
        assert_eq!(spellings(&vec!["x"; 300].join(" ")).len(), 1, "one word many times has one order");
        for (asked, kept) in [("山田太郎", "山田 太郎"), ("太郎 山田", "山田太郎"), ("김철수", "김 철수")]
        {
            assert!(spellings(asked).contains(&kept.to_owned()), "{asked}");
        }
        assert_eq!(spellings("ada"), ["ada"]);
        assert_eq!(spellings("राम"), ["राम"]);
    }
}
