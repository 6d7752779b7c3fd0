use super::{Category::*, *};

#[test]
fn what_asks_for_a_special_category_is_known_in_both_languages() {
    for (text, category) in [
        ("Origine ethnique", RacialOrEthnicOrigin),
        ("skin_color", RacialOrEthnicOrigin),
        ("Race", RacialOrEthnicOrigin),
        ("Opinions politiques", PoliticalOpinions),
        ("Political party", PoliticalOpinions),
        ("politique", PoliticalOpinions),
        ("Religion", ReligiousOrPhilosophicalBeliefs),
        ("Conviction philosophique", ReligiousOrPhilosophicalBeliefs),
        ("Repas halal", ReligiousOrPhilosophicalBeliefs),
        ("Adhésion à un syndicat", TradeUnionMembership),
        ("trade_union_member", TradeUnionMembership),
        ("Syndiqué ?", TradeUnionMembership),
        ("DNA sample", GeneticData),
        ("Données génétiques", GeneticData),
        ("Empreintes digitales", BiometricData),
        ("Facial recognition template", BiometricData),
        ("État de santé", Health),
        ("Allergies alimentaires", Health),
        ("Handicap", Health),
        ("cancer", Health),
        ("Pregnant?", Health),
        ("GROUPE SANGUIN", Health),
        ("Orientation sexuelle", SexLifeOrOrientation),
        ("sex life", SexLifeOrOrientation),
        ("Casier judiciaire", CriminalConvictions),
        ("Criminal record", CriminalConvictions),
        ("Numéro de sécurité sociale", NationalIdentificationNumber),
        ("NIR", NationalIdentificationNumber),
        ("social_security_number", NationalIdentificationNumber),
    ] {
        assert_eq!(check(text), Some(category), "{text}");
    }
}

#[test]
fn what_only_sounds_alike_passes() {
    for text in [
        "",
        "Syndic",
        "Syndic de copropriété",
        "Syndicat des copropriétaires",
        "Syndicat d'initiative",
        "Content syndication",
        "Signe astrologique : cancer",
        "Cancer (zodiac sign)",
        "Politique de confidentialité",
        "Politique tarifaire",
        "European Union",
        "Credit union",
        "Genre",
        "Sexe",
        "Gender",
        "Race number (marathon)",
        "Trace",
        "Grace period",
        "Secteur d'activité : santé",
        "Customer health score",
        "Golf handicap",
        "Enceinte bluetooth",
        "Browser fingerprint",
        "Brand DNA",
        "Pénalités de retard",
        "Conviction d'achat",
        "Empreinte carbone",
        "Good faith deposit",
        "Sanitaire",
        "Unions and intersections",
        "Nirvana fan",
        "Générique",
        "General",
        "Adner",
        "Deal source",
        "IBAN",
        "Shoe size",
        "Date de naissance",
        "Christian",
        "Gayet",
        "Tyson Gay",
        "GAY, Tyson",
        "T. Gay",
        "J. T. Gay",
        "K. Nazrul Islam",
        "Équipe Tyson Gay",
        "Gay-Lussac",
        "Rue Gay-Lussac",
        "Black",
        "Moody",
        "Christian Dior",
        "Islamabad",
        "Nazrul Islam",
        "Jean Genet",
        "Jean Chrétien",
        "Baptiste",
        "Baptiste Dupont",
        "Jean-Baptiste",
        "Saint-Jean-Baptiste",
        "Hinduja Group",
        "Handicap International",
        "Yuval Nir",
        "Petr Šída",
    ] {
        assert_eq!(check(text), None, "{text}");
    }
}

#[test]
fn what_looks_like_a_name_but_says_of_what_kind_somebody_is_is_still_known() {
    for (text, category) in [
        ("gay", SexLifeOrOrientation),
        ("Gay", SexLifeOrOrientation),
        ("Gay Pride", SexLifeOrOrientation),
        ("Gay Client", SexLifeOrOrientation),
        ("Voyage Gay", SexLifeOrOrientation),
        ("tyson gay", SexLifeOrOrientation),
        ("Islam", ReligiousOrPhilosophicalBeliefs),
        ("Musulman Islamabad", ReligiousOrPhilosophicalBeliefs),
        ("Église Baptiste", ReligiousOrPhilosophicalBeliefs),
        ("baptiste", ReligiousOrPhilosophicalBeliefs),
        ("Baptist", ReligiousOrPhilosophicalBeliefs),
        ("Chrétien", ReligiousOrPhilosophicalBeliefs),
        ("Paul Catholique", ReligiousOrPhilosophicalBeliefs),
        ("Paul Juif", ReligiousOrPhilosophicalBeliefs),
        ("John Muslim", ReligiousOrPhilosophicalBeliefs),
        ("Christian Faith", ReligiousOrPhilosophicalBeliefs),
        ("Marie enceinte", Health),
        ("Handicap", Health),
        ("Sida", Health),
        ("Partie B : Santé", Health),
        ("B. Santé", Health),
        ("Section B: Islam", ReligiousOrPhilosophicalBeliefs),
        ("Section B: Islamic", ReligiousOrPhilosophicalBeliefs),
        ("Partie C : Gay", SexLifeOrOrientation),
    ] {
        assert_eq!(check(text), Some(category), "{text}");
    }
}

#[test]
fn other_choices_can_acquit_a_choice() {
    assert_eq!(check_within("Cancer", "Lion Cancer Bélier Taureau"), None);
    assert_eq!(check_within("Cancer", "Diabète Cancer"), Some(Health));
    assert_eq!(check_within("Santé", "Secteur d'activité Santé Banque"), None);
    assert_eq!(
        check_within("Diabète", "Cancer Lion"),
        Some(Health),
        "what acquits one word does not acquit another"
    );
}

#[test]
fn only_the_owner_and_the_dpo_override_and_only_with_a_ground() {
    let names = [
        Name { field: "key".to_owned(), text: "religion" },
        Name { field: "label".to_owned(), text: "Shoe size" },
    ];
    let actor = |role| Actor::ApiKey(entity::ApiKeyId::new(), role);
    let ground = Some(SpecialCategoryGround::NotForProfitBody);
    assert!(
        guard(actor(Role::Dpo), &OwnWords::default(), ground, &names)
            .is_ok_and(|found| found == [ReligiousOrPhilosophicalBeliefs])
    );
    assert!(guard(actor(Role::Owner), &OwnWords::default(), ground, &names).is_ok());
    for (role, ground) in [(Role::Admin, ground), (Role::Sales, ground), (Role::Dpo, None)] {
        let Err(Error::Rejected(problems)) = guard(actor(role), &OwnWords::default(), ground, &names) else {
            panic!("{role:?}")
        };
        assert_eq!(
            (problems.len(), problems[0].code, problems[0].field.as_deref()),
            (1, ProblemCode::SpecialCategory, Some("key"))
        );
        assert!(problems[0].message.contains("RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS"));
    }
}
