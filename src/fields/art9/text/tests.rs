use super::{super::Category::*, *};

fn found(text: &str) -> Vec<Category> {
    check_text(&OwnWords::default(), text)
}

#[test]
fn every_rule_reads() {
    assert_eq!(Rules::read(&SOURCES).1, Vec::<String>::new());
}

#[test]
fn a_statement_about_somebody_is_found_and_the_same_word_alone_is_not() {
    for (text, category) in [
        ("Il est diabétique.", Health),
        ("IL EST DIABÉTIQUE", Health),
        ("She’s pregnant", Health),
        ("En arrêt maladie pour dépression", Health),
        ("Membre de la CGT", TradeUnionMembership),
        ("N'est pas syndiqué", TradeUnionMembership),
        ("Vote RN", PoliticalOpinions),
        ("Catholique pratiquant", ReligiousOrPhilosophicalBeliefs),
        ("She came with her wife", SexLifeOrOrientation),
        ("Il est venu avec son mari", SexLifeOrOrientation),
        ("Mr Grant is Black", RacialOrEthnicOrigin),
        ("Convicted of fraud in 2020", CriminalConvictions),
        ("Sécu : 1 85 05 78 006 084 91", NationalIdentificationNumber),
    ] {
        assert!(found(text).contains(&category), "{text}");
    }
    for text in [
        "",
        "Signe astrologique : cancer du Capricorne",
        "Il travaille à l'Institut du Cancer",
        "Le syndic est passé",
        "12 rue de la Mosquée, près de l'église Saint-Roch",
        "Restaurant Le Parti",
        "Tyson Gay, Gay-Lussac, Jean Juif, Dr Pope",
        "Colour blind test chart, black lamp, race car",
        "Union Square, credit union, European Union",
        "A depression over the coast",
        "Allergic to meetings",
        "Elle est venue avec son mari",
        "He came with his wife",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn own_words_count_with_their_endings() {
    let mut own = OwnWords::default();
    own.add(ReligiousOrPhilosophicalBeliefs, "raelien");
    own.add(Health, "protocole bleu");
    assert_eq!(check_text(&own, "Deux Raéliennes au stand"), [ReligiousOrPhilosophicalBeliefs]);
    assert_eq!(check_text(&own, "Suit le protocole bleu"), [Health]);
    assert_eq!(check_text(&own, "Suit le protocole vert"), []);
}

#[test]
fn the_time_grows_with_the_text_and_not_faster() {
    let text = "Il est passé avec elle, nous avons parlé de son projet et de sa famille. ".repeat(20);
    let time = |text: &str| {
        let started = std::time::Instant::now();
        found(text);
        started.elapsed()
    };
    found("warm up");
    let (one, hundred) = (time(&text), time(&text.repeat(100)));
    assert!(hundred < one * 1_000 + std::time::Duration::from_millis(500), "{one:?} {hundred:?}");
}
