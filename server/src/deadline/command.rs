//! `forenotice deadline`: the window calculator on the command line.

use std::io::{self, Write};

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::CalendarId;
use domain::instant::{self, BadInstant};
use domain::period::Period;
use domain::window::{LatestSend, Rules, Step, Terms, Window, WindowError, compute, latest_send_for};
use domain::words;
use domain::zone::Zone;
use serde::Serialize;
use thiserror::Error;

use crate::calendars;

/// Compute when a notice window ends, with the arithmetic; or plan backwards from a go-live.
#[derive(clap::Args, Debug, Clone)]
pub struct DeadlineArgs {
    /// When the notice was received: 2026-11-23T09:00:00Z, or 2026-11-23T10:00 as local time in --tz
    #[arg(long, value_name = "TIME", required_unless_present = "latest_send_for")]
    received: Option<String>,
    /// The customer's time zone, by its IANA name
    #[arg(long, value_name = "ZONE")]
    tz: Zone,
    /// The period in the contract: 30d calendar days, 10wd working days, 1m months
    #[arg(long)]
    period: Period,
    /// Whose holidays: NO FI FI-NO-EVES SE DK DE FR IE NL WEEKEND
    #[arg(long)]
    calendar: CalendarId,
    /// The contract does not move an end on a closed day to the next working day
    #[arg(long)]
    no_roll: bool,
    /// Count in this zone too, where the publisher is; the later end holds
    #[arg(long, value_name = "ZONE")]
    publisher_tz: Option<Zone>,
    /// Find the latest day on which a notice can be received so that go-live at this time holds; a date means its beginning
    #[arg(long, value_name = "TIME", conflicts_with = "received")]
    latest_send_for: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum DeadlineError {
    /// `--received` cannot be read.
    #[error("--received: {0}")]
    Received(BadInstant),
    /// `--latest-send-for` cannot be read.
    #[error("--latest-send-for: {0}")]
    GoLive(BadInstant),
    /// No window can be computed.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// The answer cannot be written.
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
    /// Neither a time of receipt nor a go-live.
    #[error("give --received or --latest-send-for")]
    NoQuestion,
}

impl From<serde_json::Error> for DeadlineError {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

/// Answers the question in `args` on `out`.
///
/// # Errors
/// A time that cannot be read, or a window that cannot be computed; one line, naming the argument.
pub fn run(args: &DeadlineArgs, out: &mut impl Write) -> Result<(), DeadlineError> {
    let terms = Terms {
        roll: !args.no_roll,
        ..Terms::new(args.period, args.calendar, args.tz)
    };
    let rules = Rules {
        publisher_zone: args.publisher_tz,
        ..Rules::of(calendars::get(args.calendar))
    };
    if let Some(text) = &args.latest_send_for {
        let go_live = instant::parse_or_start_of_day(text, args.tz).map_err(DeadlineError::GoLive)?;
        let latest = latest_send_for(go_live, &terms, &[], &rules)?;
        return write_latest(args, go_live, &latest, out);
    }
    let text = args.received.as_ref().ok_or(DeadlineError::NoQuestion)?;
    let received_at = instant::parse(text, args.tz).map_err(DeadlineError::Received)?;
    let window = compute(received_at, &terms, &rules)?;
    if args.json {
        return write_json(&WindowJson::of(&window), out);
    }
    write_window(&window, out)
}

/// The answer for machines: these fields and no others.
#[derive(Serialize)]
struct WindowJson<'a> {
    event_day: NaiveDate,
    nominal_last_day: NaiveDate,
    last_day: NaiveDate,
    opens_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    steps: &'a [Step],
}

impl<'a> WindowJson<'a> {
    fn of(window: &'a Window) -> Self {
        Self {
            event_day: window.event_day,
            nominal_last_day: window.nominal_last_day,
            last_day: window.last_day,
            opens_at: window.opens_at,
            expires_at: window.expires_at,
            steps: &window.steps,
        }
    }
}

/// The answer to planning backwards: the day, and the window of a notice received at its last moment.
#[derive(Serialize)]
struct LatestJson<'a> {
    latest_send_day: NaiveDate,
    go_live: DateTime<Utc>,
    #[serde(flatten)]
    window: WindowJson<'a>,
}

fn write_json(value: &impl Serialize, out: &mut impl Write) -> Result<(), DeadlineError> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}

fn write_window(window: &Window, out: &mut impl Write) -> Result<(), DeadlineError> {
    for (number, step) in window.steps.iter().enumerate() {
        writeln!(out, "{}. {}", number + 1, step.text)?;
    }
    let end = words::end_of_day(window.last_day, window.zone);
    let not_before = words::moment(window.expires_at, window.zone);
    writeln!(out)?;
    writeln!(out, "Last day            {end}")?;
    writeln!(
        out,
        "Go-live not before  {not_before} ({})",
        words::utc(window.expires_at)
    )?;
    writeln!(
        out,
        "Counted by          {}, {}, time zones {}",
        window.rule_set, window.calendar_version, window.tzdb_version
    )?;
    Ok(())
}

fn write_latest(
    args: &DeadlineArgs,
    go_live: DateTime<Utc>,
    latest: &LatestSend,
    out: &mut impl Write,
) -> Result<(), DeadlineError> {
    if args.json {
        let window = WindowJson::of(&latest.window);
        return write_json(
            &LatestJson {
                latest_send_day: latest.day,
                go_live,
                window,
            },
            out,
        );
    }
    writeln!(
        out,
        "For go-live {} ({}),",
        words::moment(go_live, args.tz),
        words::utc(go_live)
    )?;
    writeln!(
        out,
        "a notice must be received on {} at the latest, in {}.",
        words::day(latest.day),
        args.tz.place()
    )?;
    writeln!(
        out,
        "A day later would be too late. Received at the last moment of that day:"
    )?;
    writeln!(out)?;
    write_window(&latest.window, out)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: DeadlineArgs,
    }

    fn answer(flags: &str) -> Result<String, String> {
        let words = std::iter::once("deadline").chain(flags.split_whitespace());
        let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
        let mut out = Vec::new();
        run(&cli.args, &mut out).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn json(flags: &str) -> serde_json::Value {
        serde_json::from_str(&answer(&format!("{flags} --json")).unwrap()).unwrap()
    }

    #[test]
    fn the_answer_shows_its_arithmetic() {
        let text =
            answer("--received 2026-12-01T23:30:00Z --tz Europe/Oslo --period 30d --calendar NO").unwrap();
        let (arithmetic, versions) = text.split_once("Counted by").unwrap();
        assert_eq!(
            arithmetic,
            "1. Received Wednesday 2 December 2026, 00:30, Oslo. That day is not counted.\n\
             2. 30 calendar days after it: Friday 1 January 2027.\n\
             3. Closed: Friday 1 January 2027 (New Year's Day), Saturday 2 January 2027, Sunday 3 January 2027. \
             The next working day is Monday 4 January 2027.\n\
             4. Ends Monday 4 January 2027, 24:00, Oslo, which is 2027-01-04T23:00:00Z.\n\
             \n\
             Last day            Monday 4 January 2027, 24:00, Oslo\n\
             Go-live not before  Tuesday 5 January 2027, 00:00, Oslo (2027-01-04T23:00:00Z)\n"
        );
        assert!(versions.contains("EU_CONSERVATIVE/1, NO holidays-"), "{versions}");
    }

    #[test]
    fn json_has_exactly_the_six_fields() {
        let value = json("--received 2026-11-23T10:00 --tz Europe/Oslo --period 30d --calendar NO");
        let keys: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "event_day",
                "expires_at",
                "last_day",
                "nominal_last_day",
                "opens_at",
                "steps"
            ]
        );
        assert_eq!(value["event_day"], "2026-11-23");
        assert_eq!(value["nominal_last_day"], "2026-12-23");
        assert_eq!(value["last_day"], "2026-12-23");
        assert_eq!(value["opens_at"], "2026-11-23T23:00:00Z");
        assert_eq!(value["expires_at"], "2026-12-23T23:00:00Z");
        assert_eq!(value["steps"][0]["step"], "received");
        assert!(value["steps"][0]["text"].is_string());
    }

    #[test]
    fn the_flags_change_the_count() {
        let no_roll =
            json("--received 2027-01-07T09:00 --tz Europe/Oslo --period 30d --calendar NO --no-roll");
        assert_eq!(no_roll["last_day"], "2027-02-06");
        let two_zones = "--received 2026-12-01T10:00 --tz Europe/Helsinki --period 30d --calendar FI";
        assert_eq!(json(two_zones)["expires_at"], "2026-12-31T22:00:00Z");
        let value = json(&format!("{two_zones} --publisher-tz Europe/Oslo"));
        assert_eq!(value["expires_at"], "2026-12-31T23:00:00Z");
        let value = json("--received 2026-12-17T12:00 --tz Europe/Helsinki --period 10wd --calendar FI");
        assert_eq!(value["last_day"], "2027-01-05");
    }

    #[test]
    fn planning_backwards_names_the_day() {
        let flags = "--latest-send-for 2027-02-01 --tz Europe/Oslo --period 30d --calendar NO";
        let text = answer(flags).unwrap();
        assert!(
            text.contains("must be received on Wednesday 30 December 2026 at the latest, in Oslo"),
            "{text}"
        );
        let value = json(flags);
        assert_eq!(value["latest_send_day"], "2026-12-30");
        assert_eq!(value["last_day"], "2027-01-29");
        assert_eq!(value["go_live"], "2027-01-31T23:00:00Z");
    }

    #[test]
    fn a_wrong_argument_is_named() {
        for (flags, part) in [
            (
                "--received 2026-11-23 --tz Europe/Oslo --period 30d --calendar NO",
                "--received: Write date and time",
            ),
            (
                "--received 2027-03-28T02:30 --tz Europe/Oslo --period 30d --calendar NO",
                "does not exist in Europe/Oslo",
            ),
            (
                "--received 2026-11-23T10:00 --tz Oslo --period 30d --calendar NO",
                "No such time zone",
            ),
            (
                "--received 2026-11-23T10:00 --tz Europe/Oslo --period 30 --calendar NO",
                "Write a period as 30d",
            ),
            (
                "--received 2026-11-23T10:00 --tz Europe/Oslo --period 0d --calendar NO",
                "must be from 1 to 3650",
            ),
            (
                "--received 2026-11-23T10:00 --tz Europe/Oslo --period 30d --calendar XX",
                "No such calendar",
            ),
            (
                "--received 2040-12-15T10:00 --tz Europe/Oslo --period 30d --calendar NO",
                "2020 to 2040 only",
            ),
            ("--tz Europe/Oslo --period 30d --calendar NO", "--received"),
            (
                "--latest-send-for soon --tz Europe/Oslo --period 30d --calendar NO",
                "--latest-send-for: Write",
            ),
        ] {
            let error = answer(flags).unwrap_err();
            assert!(error.contains(part), "{flags}: {error}");
        }
    }
}
