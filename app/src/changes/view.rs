//! What the pages need, as plain data.

use domain::notice::NoticeContent;

use super::review::CoverRow;
use crate::register::form_page::Overtaken;
use crate::ui::{Choice, FieldErrors, WindowDrawing};

/// One row of the list.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// Number, also the last part of its address.
    pub number: String,
    /// Title.
    pub title: String,
    /// State in words.
    pub state: String,
    /// Planned day in words.
    pub planned: String,
    /// Vendors, separated by commas.
    pub vendors: String,
}

/// One gate with what keeps it red.
#[derive(Clone, Debug)]
pub struct GateRow {
    /// `G7`.
    pub gate: String,
    /// Codes and details; none: green, or waived.
    pub reasons: Vec<(String, String)>,
    /// What a waiver sets aside for a time.
    pub waived: Vec<(String, String)>,
}

/// One customer in scope of a dispatched line.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    /// Id, for activating one customer.
    pub id: String,
    /// Name.
    pub name: String,
    /// Authorisation in words.
    pub state: String,
    /// What the evidence is, in words.
    pub evidence: String,
    /// Last day to object in words.
    pub last_day: String,
    /// Days left as a picture.
    pub drawing: Option<WindowDrawing>,
    /// Reasons that keep this customer closed.
    pub reasons: Vec<(String, String)>,
    /// Their open case.
    pub case: Option<String>,
    /// Whether it is active for them already.
    pub is_active: bool,
    /// Whether their agreement has ended, so that nothing starts for them any more.
    pub is_gone: bool,
}

/// One contact of a dispatched notice.
#[derive(Clone, Debug)]
pub struct RecipientRow {
    /// The customer, or "Public list".
    pub customer: String,
    /// Name or function.
    pub contact: String,
    /// Delivery state in words.
    pub state: String,
    /// Whether somebody must do something.
    pub needs_a_person: bool,
    /// When the relay took it, in words.
    pub accepted: Option<String>,
}

/// The class of a line, and a lower one that somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct ClassView {
    /// The class that the facts ask for, in words.
    pub needed: String,
    /// Why it is lower than that, where somebody agreed to it.
    pub lowered: Option<String>,
    /// What is asked for or was decided, in words.
    pub asked: Option<String>,
    /// Where to post another class, with the classes; while the change is a draft.
    pub choose: Option<(String, Vec<Choice>)>,
    /// The present class, as posted.
    pub value: String,
    /// Where to post the decision on a lower class, for whoever may decide.
    pub decide: Option<String>,
    /// The question that is decided on, as the form carries it.
    pub question: String,
    /// Why this person may not decide, where the role would allow it.
    pub decide_refused: Option<String>,
}

/// One line of the change.
#[derive(Clone, Debug)]
pub struct LineView {
    /// Position.
    pub position: i64,
    /// Vendor.
    pub vendor: String,
    /// Address of the register entry.
    pub register: String,
    /// Change type in words.
    pub change_type: String,
    /// Other types that meet on it, in words.
    pub other_types: Vec<String>,
    /// Notice class in words.
    pub class: String,
    /// How that class came about.
    pub class_view: ClassView,
    /// What differs from what was shown, and by which type it is covered.
    pub covers: Vec<CoverRow>,
    /// Engagement state in words.
    pub state: String,
    /// What the notice says.
    pub content: NoticeContent,
    /// Gates G1 to G8.
    pub gates: Vec<GateRow>,
    /// What will have run out on the planned day.
    pub before_go_live: Vec<String>,
    /// Customers, once dispatched.
    pub customers: Vec<CustomerRow>,
    /// Whether it can be activated customer by customer.
    pub segregable: bool,
    /// Hash of the facts as they are now, in hex; presented by whoever activates.
    pub facts_hash: String,
    /// Engagement id.
    pub engagement: String,
    /// Whether everything is green for everybody.
    pub allowed: bool,
    /// Whether it is live for everybody.
    pub is_live: bool,
    /// Whether nothing is left to activate by it: it only tells what happened, or the end that it announced has begun.
    pub starts_nothing: bool,
    /// Whether the engagement ends with it, rather than starts or goes on otherwise.
    pub ends: bool,
    /// Where to post to take it out of the draft.
    pub remove: Option<String>,
}

/// How many a notice goes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Customers.
    pub customers: usize,
    /// Contacts.
    pub contacts: usize,
    /// Subscribers, who get the public mail.
    pub subscribers: usize,
}

/// The steps that this person can take now.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    /// Edit, add lines, hand in.
    pub edit: bool,
    /// Approve.
    pub approve: bool,
    /// Why not approve, where the state would allow it.
    pub approve_refused: Option<String>,
    /// Return to draft.
    pub return_to_draft: bool,
    /// Dispatch.
    pub dispatch: bool,
    /// Cancel.
    pub cancel: bool,
    /// Activate.
    pub activate: bool,
}

/// One row of the history.
#[derive(Clone, Debug)]
pub struct HistoryRow {
    /// When, in words.
    pub at: String,
    /// State in words.
    pub state: String,
    /// Who.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
}

/// Everything about one change.
#[derive(Clone, Debug)]
pub struct ChangeView {
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// State in words.
    pub state: String,
    /// Planned day in words.
    pub planned: String,
    /// Planned day as in forms.
    pub planned_on: String,
    /// Notice version.
    pub version: i64,
    /// Lines.
    pub lines: Vec<LineView>,
    /// What keeps it from being handed in or approved.
    pub gaps: Vec<String>,
    /// Customers in scope by name, with contact count and last day if approved.
    pub scope: Vec<(String, String)>,
    /// Whether this person may read who the customers are; counts are for everybody.
    pub sees_customers: bool,
    /// How many are written to, or were.
    pub counts: Counts,
    /// Whether the notice has left: then the counts are of those who were written to.
    pub is_sent: bool,
    /// Day of dispatch in words.
    pub dispatch_on: Option<String>,
    /// Day of dispatch as its form holds it: today, or what was typed.
    pub send_on: String,
    /// Whether it was confirmed that nobody has to be told.
    pub is_nobody: bool,
    /// Who approved it, in words.
    pub approved: Option<String>,
    /// Deliveries.
    pub recipients: Vec<RecipientRow>,
    /// History, newest first.
    pub history: Vec<HistoryRow>,
    /// The steps.
    pub steps: Steps,
    /// Form token.
    pub csrf: String,
    /// What is wrong with a posted form.
    pub errors: FieldErrors,
    /// A reason that was typed.
    pub reason: String,
    /// What title and planned day were when the page was opened, as their form carries it.
    pub seen: String,
    /// What somebody else made of them in between.
    pub overtaken: Option<Overtaken>,
    /// What stands here to be approved, as the form carries it.
    pub reading: String,
    /// That something else stands here now than what was read.
    pub unread: Option<String>,
}

/// What one contact gets, exactly.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Change number.
    pub number: String,
    /// All recipients: (address of their preview, "Customer: contact", whether it is this one).
    pub recipients: Vec<(String, String, bool)>,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Address of the HTML part, shown in a sandboxed frame.
    pub html: String,
}
