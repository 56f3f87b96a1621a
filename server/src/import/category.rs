//! The category of an engagement, read from the words that lists use for it.

use std::fmt;

use serde::Serialize;

/// What kind of help a subprocessor gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Hosting, networks, databases.
    Infrastructure,
    /// Models and what is built on them.
    Ai,
    /// Who is signed in.
    Authentication,
    /// Money.
    Payments,
    /// Connections to other systems.
    Integrations,
    /// Sending mail.
    Email,
    /// Logs, metrics, errors.
    Observability,
    /// Helping people.
    Support,
    /// Said to be none of these.
    Other,
}

/// Whole values only: "cloud" is infrastructure, "cloud-based survey tool" is for a person to decide.
const WORDS: &[(Category, &[&str])] = &[
    (
        Category::Infrastructure,
        &[
            "infrastructure",
            "cloud",
            "cloud infrastructure",
            "hosting",
            "cloud hosting",
            "cloud provider",
            "cloud computing",
            "cloud services",
            "cloud service provider",
            "infrastructure provider",
            "hosting provider",
            "hosting infrastructure",
            "cloud hosting provider",
            "infrastructure hosting",
            "data hosting",
            "data storage",
            "storage",
            "cloud storage",
            "database",
            "database hosting",
            "cdn",
            "content delivery network",
            "content delivery",
            "network",
            "iaas",
            "paas",
            "data center",
            "data centre",
            "compute",
        ],
    ),
    (
        Category::Ai,
        &[
            "ai",
            "ai services",
            "ai service",
            "ai provider",
            "ai model",
            "ai models",
            "ai features",
            "artificial intelligence",
            "llm",
            "llms",
            "large language model",
            "large language models",
            "machine learning",
            "generative ai",
            "ai inference",
            "ml",
            "ai/ml",
            "ai model provider",
            "llm provider",
        ],
    ),
    (
        Category::Authentication,
        &[
            "authentication",
            "auth",
            "identity",
            "identity provider",
            "sso",
            "single sign-on",
            "sign-in",
            "login",
            "identity management",
            "identity and access management",
            "user authentication",
            "access management",
        ],
    ),
    (
        Category::Payments,
        &[
            "payments",
            "payment",
            "payment processing",
            "payment processor",
            "payment provider",
            "billing",
            "billing and payments",
        ],
    ),
    (
        Category::Integrations,
        &[
            "integrations",
            "integration",
            "integration platform",
            "api integration",
            "ipaas",
        ],
    ),
    (
        Category::Email,
        &[
            "email",
            "e-mail",
            "email delivery",
            "email service",
            "email services",
            "email provider",
            "email marketing",
            "transactional email",
            "email sending",
            "email communication",
            "mail",
            "mail delivery",
            "email infrastructure",
        ],
    ),
    (
        Category::Observability,
        &[
            "observability",
            "monitoring",
            "logging",
            "logs",
            "log management",
            "error tracking",
            "error monitoring",
            "application monitoring",
            "performance monitoring",
            "infrastructure monitoring",
            "logging and monitoring",
            "monitoring and logging",
            "apm",
        ],
    ),
    (
        Category::Support,
        &[
            "support",
            "customer support",
            "helpdesk",
            "help desk",
            "ticketing",
            "support ticketing",
            "customer service",
            "technical support",
            "customer support platform",
        ],
    ),
    (Category::Other, &["other", "others", "miscellaneous", "misc"]),
];

impl Category {
    /// Every value, in the order they are shown.
    pub const ALL: [Self; 9] = [
        Self::Infrastructure,
        Self::Ai,
        Self::Authentication,
        Self::Payments,
        Self::Integrations,
        Self::Email,
        Self::Observability,
        Self::Support,
        Self::Other,
    ];

    /// Its name in the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Infrastructure => "INFRASTRUCTURE",
            Self::Ai => "AI",
            Self::Authentication => "AUTHENTICATION",
            Self::Payments => "PAYMENTS",
            Self::Integrations => "INTEGRATIONS",
            Self::Email => "EMAIL",
            Self::Observability => "OBSERVABILITY",
            Self::Support => "SUPPORT",
            Self::Other => "OTHER",
        }
    }

    /// A value that means one category as a whole.
    pub(super) fn read(value: &str) -> Option<Self> {
        let value = value.trim().trim_end_matches('.').to_lowercase();
        let value = value.replace(" & ", " and ").replace('_', " ");
        WORDS
            .iter()
            .find(|(_, words)| words.contains(&value.as_str()))
            .map(|(category, _)| *category)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
