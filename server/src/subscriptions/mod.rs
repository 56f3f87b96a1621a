//! Following the public list by mail: asked for, confirmed by the owner of the address, left in one step.
//!
//! Here belongs: the public pages of a subscription, and the mails that subscribers get. Not here: customers' contacts,
//! who are another list with another reason for being written to; nothing in this folder touches them.

mod followers;

pub use followers::{change_mail, list_followers};

pub use crate::store::subscribers::Follower;
