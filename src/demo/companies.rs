//! Sample companies.

use super::{
    fields::value,
    names,
    year::{Firm, Year},
};
use crate::{
    companies::{CompanyChanges, create_company},
    error::Result,
};

impl Year<'_> {
    /// Adds a company, entered by the salesperson who owns it.
    pub(super) async fn add_company(&mut self) -> Result<()> {
        let at = self.firms.len();
        let (name, domain, industry) = names::company(at);
        let seller = self.dice.below(2);
        let mut custom = vec![value("sites", (1 + self.dice.below(12)).to_string())];
        if self.dice.chance(40) {
            custom.push(value("credit_limit", format!("EUR {}", 2_500 * (1 + self.dice.below(20)))));
        }
        if self.dice.chance(50) {
            custom.push(value("invoice_email", format!("factures@{domain}")));
        }
        if self.dice.chance(40) {
            custom.push(value("references", format!("https://www.{domain}/references")));
        }
        let new = CompanyChanges {
            name: Some(name),
            phone: Some(self.names.number("fr")),
            website: Some(format!("https://www.{domain}/")),
            industry: Some(industry.to_owned()),
            postal_address: Some(names::postal_address(&mut self.dice)),
            owner: Some(Some(self.staff.seller(seller))),
            domain: Some(domain.clone()),
            external_id: None,
            custom,
        };
        let row = create_company(self.app, self.workspace, self.staff.sells(seller), new, None).await?;
        self.firms.push(Firm { id: row.id, domain, people: Vec::new() });
        Ok(())
    }
}
