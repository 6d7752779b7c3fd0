//! The authorities to which a person may complain (GDPR Art. 77), by the country of the workspace. This is
//! data that is kept by hand: correct it when an authority changes its name or website.

use serde::Serialize;

/// A supervisory authority, as mails and documents name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Its name in its own language; empty when the country is none of ours.
    pub name: &'static str,
    /// Its website, or the list of all authorities.
    pub url: &'static str,
}

/// By ISO 3166-1 alpha-2 code.
const AUTHORITIES: [(&str, &str, &str); 32] = [
    ("AT", "Österreichische Datenschutzbehörde", "https://www.dsb.gv.at"),
    (
        "BE",
        "Autorité de protection des données / Gegevensbeschermingsautoriteit",
        "https://www.dataprotectionauthority.be",
    ),
    ("BG", "Комисия за защита на личните данни", "https://www.cpdp.bg"),
    ("CH", "Préposé fédéral à la protection des données et à la transparence", "https://www.edoeb.admin.ch"),
    ("CY", "Office of the Commissioner for Personal Data Protection", "https://www.dataprotection.gov.cy"),
    ("CZ", "Úřad pro ochranu osobních údajů", "https://www.uoou.gov.cz"),
    (
        "DE",
        "Datenschutzaufsichtsbehörde des Bundeslandes",
        "https://www.bfdi.bund.de/DE/Service/Anschriften/anschriften_table.html",
    ),
    ("DK", "Datatilsynet", "https://www.datatilsynet.dk"),
    ("EE", "Andmekaitse Inspektsioon", "https://www.aki.ee"),
    ("ES", "Agencia Española de Protección de Datos", "https://www.aepd.es"),
    ("FI", "Tietosuojavaltuutetun toimisto", "https://tietosuoja.fi"),
    (
        "FR",
        "Commission nationale de l’informatique et des libertés (CNIL)",
        "https://www.cnil.fr/fr/plaintes",
    ),
    ("GB", "Information Commissioner’s Office", "https://ico.org.uk/make-a-complaint"),
    ("GR", "Αρχή Προστασίας Δεδομένων Προσωπικού Χαρακτήρα", "https://www.dpa.gr"),
    ("HR", "Agencija za zaštitu osobnih podataka", "https://azop.hr"),
    ("HU", "Nemzeti Adatvédelmi és Információszabadság Hatóság", "https://www.naih.hu"),
    ("IE", "Data Protection Commission", "https://www.dataprotection.ie"),
    ("IS", "Persónuvernd", "https://www.personuvernd.is"),
    ("IT", "Garante per la protezione dei dati personali", "https://www.garanteprivacy.it"),
    ("LI", "Datenschutzstelle", "https://www.datenschutzstelle.li"),
    ("LT", "Valstybinė duomenų apsaugos inspekcija", "https://vdai.lrv.lt"),
    ("LU", "Commission nationale pour la protection des données", "https://cnpd.public.lu"),
    ("LV", "Datu valsts inspekcija", "https://www.dvi.gov.lv"),
    ("MT", "Office of the Information and Data Protection Commissioner", "https://idpc.org.mt"),
    ("NL", "Autoriteit Persoonsgegevens", "https://www.autoriteitpersoonsgegevens.nl"),
    ("NO", "Datatilsynet", "https://www.datatilsynet.no"),
    ("PL", "Urząd Ochrony Danych Osobowych", "https://uodo.gov.pl"),
    ("PT", "Comissão Nacional de Proteção de Dados", "https://www.cnpd.pt"),
    (
        "RO",
        "Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal",
        "https://www.dataprotection.ro",
    ),
    ("SE", "Integritetsskyddsmyndigheten", "https://www.imy.se"),
    ("SI", "Informacijski pooblaščenec", "https://www.ip-rs.si"),
    ("SK", "Úrad na ochranu osobných údajov", "https://dataprotection.gov.sk"),
];

/// The authority of a country; elsewhere the list of all of them.
#[must_use]
pub fn authority_of(jurisdiction: &str) -> Authority {
    let known = AUTHORITIES.iter().find(|(country, ..)| *country == jurisdiction);
    known.map_or(
        Authority { name: "", url: "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en" },
        |(_, name, url)| Authority { name, url },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_one_authority_and_others_get_the_list() {
        assert!(AUTHORITIES.is_sorted_by(|one, other| one.0 < other.0));
        assert!(authority_of("FR").name.contains("CNIL"));
        assert_eq!(authority_of("US").name, "");
        assert!(AUTHORITIES.iter().all(|(_, name, url)| !name.is_empty() && url.starts_with("https://")));
    }
}
