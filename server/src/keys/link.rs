//! Links in mails that must work for years. Nothing is stored for them: the token is the id and a MAC over
//! purpose, id and key id. They are as long-lived as the key; what may be done with one is decided by the rows.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use uuid::Uuid;

use super::Keys;
use super::ring::Secret;

/// What a link is for. The purpose is part of the key, so one kind never works as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// `/n/{token}`: a contact's own notice; the id is the delivery's.
    Notice,
    /// `/objections/{token}`: the case page for the customer.
    Objection,
    /// `/contacts/{token}`: a customer's contacts, the page behind `List-Help`.
    Contacts,
    /// `/subscription/{token}`: a subscriber's own choices.
    Subscription,
    /// `/unsubscribe/{token}`: leave with one click.
    Unsubscribe,
    /// "Do not write to this address again", in a confirmation nobody asked for.
    Suppress,
    /// A calendar that belongs to one customer.
    CalendarFeed,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 7] = [
        Self::Notice,
        Self::Objection,
        Self::Contacts,
        Self::Subscription,
        Self::Unsubscribe,
        Self::Suppress,
        Self::CalendarFeed,
    ];

    /// The word that goes into the key. Changing one breaks every link already sent.
    fn label(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Objection => "objection",
            Self::Contacts => "contacts",
            Self::Subscription => "subscription",
            Self::Unsubscribe => "unsubscribe",
            Self::Suppress => "suppress",
            Self::CalendarFeed => "calendar feed",
        }
    }
}

const ID: usize = 16;
/// 128 bits of MAC; with the id a token is 43 characters.
const MAC: usize = 16;

impl Keys {
    /// The token for the row `id`, made with the newest key.
    pub fn link(&self, purpose: Purpose, id: Uuid) -> String {
        let mac = mac(self.newest(), purpose, id);
        data_encoding::BASE64URL_NOPAD.encode(&[&id.as_bytes()[..], &mac].concat())
    }

    /// The id in a token of this purpose, made with any key of the ring. All keys are tried and compared in
    /// constant time, so that the time tells neither which key nor how much of the token was right.
    pub fn open_link(&self, purpose: Purpose, token: &str) -> Option<Uuid> {
        let bytes: [u8; ID + MAC] = data_encoding::BASE64URL_NOPAD
            .decode(token.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        let (id, given) = bytes.split_at(ID);
        let id = Uuid::from_slice(id).ok()?;
        let mut is_right = 0u8;
        for secret in self.ring() {
            let equal: Choice = mac(secret, purpose, id)[..].ct_eq(given);
            is_right.conditional_assign(&1, equal);
        }
        (is_right == 1).then_some(id)
    }

    /// A MAC of the newest key over bytes that leave the server and come back, such as a form token.
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        plain_mac(self.newest(), purpose, message)
    }

    /// Whether [`Keys::mac`] of any key of the ring made this.
    pub fn is_mac(&self, purpose: &str, message: &[u8], given: &[u8]) -> bool {
        let mut is_right = Choice::from(0);
        for secret in self.ring() {
            is_right |= plain_mac(secret, purpose, message)[..].ct_eq(given);
        }
        is_right.into()
    }
}

fn mac(secret: &Secret, purpose: Purpose, id: Uuid) -> [u8; MAC] {
    let key = secret.derive::<64>("link", purpose.label());
    let mut hmac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&key.into());
    hmac.update(purpose.label().as_bytes());
    hmac.update(&[0]);
    hmac.update(id.as_bytes());
    hmac.update(secret.id().as_bytes());
    let full: [u8; 32] = hmac.finalize().into_bytes().into();
    let mut cut = [0; MAC];
    cut.copy_from_slice(&full[..MAC]);
    cut
}

fn plain_mac(secret: &Secret, purpose: &str, message: &[u8]) -> [u8; 32] {
    let key = secret.derive::<64>("mac", purpose);
    let mut hmac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&key.into());
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}
