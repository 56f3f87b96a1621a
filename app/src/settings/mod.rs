//! The publisher itself: its name and calendar, its legal entities, its products.

mod form;
pub mod gates;
pub mod notices;
pub mod pages;

pub(crate) use form::optional;
pub use form::{
    EntityForm, EntityValues, GatesForm, ProductForm, ProductValues, PublisherForm, PublisherValues,
};
pub use notices::{NoticeSettings, NoticesForm};

use domain::gate::GateSettings;

use crate::register::form_page::Overtaken;
use crate::ui::FieldErrors;

/// One line of the entities' table.
#[derive(Debug, Clone, Default)]
pub struct EntityLine {
    /// Its id.
    pub id: String,
    /// Exact legal name.
    pub legal_name: String,
    /// Where it is established.
    pub country: String,
    /// Number in its company register.
    pub registration_number: Option<String>,
    /// Whether it stopped signing agreements.
    pub is_ended: bool,
}

/// One line of the products' table.
#[derive(Debug, Clone, Default)]
pub struct ProductLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The entity that provides it.
    pub entity: String,
    /// Whether it is no longer offered.
    pub is_ended: bool,
}

/// The settings' start page.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The publisher, once it was set up.
    pub publisher: Option<PublisherForm>,
    /// Legal entities.
    pub entities: Vec<EntityLine>,
    /// Products.
    pub products: Vec<ProductLine>,
    /// Whether there is a customer.
    pub has_customers: bool,
    /// What the gates ask beyond the law.
    pub gates: Option<GateSettings>,
    /// What notices are held to beyond contracts.
    pub notices: NoticeSettings,
}

/// A form about one thing, new or known.
#[derive(Debug, Clone, Default)]
pub struct Editing<F> {
    /// The form token.
    pub csrf: String,
    /// The id, where it is known already.
    pub id: Option<String>,
    /// The name it has now, where it is known already.
    pub title: String,
    /// What is stored or was typed.
    pub form: F,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What the form was opened with, as it carries it.
    pub seen: String,
    /// What somebody else saved in between.
    pub overtaken: Option<Overtaken>,
    /// Whether it has ended.
    pub is_ended: bool,
}
