//! Telephone numbers as E.164 (ITU-T), read with the numbering plans of libphonenumber. Numbers without a country code are read
//! as those of the workspace's country. The plans are decoded at the first number and take 14 MB from then on.

/// The number in E.164; none when it is no number of a plan, or has an extension, which E.164 cannot say.
#[must_use]
pub fn to_e164(text: &str, country: &str) -> Option<String> {
    // The longest numbers have 15 digits; nobody needs this much decoration.
    if text.len() > 60 {
        return None;
    }
    let number = phonenumber::parse(country.parse().ok(), text.trim()).ok()?;
    if !number.is_valid() || number.extension().is_some() {
        return None;
    }
    Some(number.format().mode(phonenumber::Mode::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::to_e164;

    #[test]
    fn numbers_are_read_by_the_plan_of_the_workspaces_country() {
        for (country, text, e164) in [
            ("FR", "01 99 00 12 34", Some("+33199001234")),
            ("FR", "(0)6 12 34 56 78", Some("+33612345678")),
            ("FR", "0033 1 99 00 12 34", Some("+33199001234")),
            ("FR", "+44 20 7946 0958", Some("+442079460958")),
            ("DE", "030 23125 000", Some("+493023125000")),
            ("FR", "06 12 34 56 78 9", None),
            ("FR", "06 12 34 56 78 ext 12", None),
            ("FR", "hello", None),
            ("FR", "", None),
            ("FR", "+", None),
            ("FR", "+999 12345", None),
            ("XX", "01 99 00 12 34", None),
            ("XX", "+33 1 99 00 12 34", Some("+33199001234")),
        ] {
            assert_eq!(to_e164(text, country).as_deref(), e164, "{country} {text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_never_fails_and_is_stable(text in "[+0-9 ().;a-zé٠-٩]{0,20}") {
            if let Some(number) = to_e164(&text, "FR") {
                proptest::prop_assert_eq!(to_e164(&number, "DE"), Some(number));
            }
        }
    }
}
