"""The database's tables, by migrations, and the expressions that its indexes serve."""

MIGRATIONS = (
    """
    CREATE TABLE tracks (
        icao24 TEXT PRIMARY KEY,
        track BLOB NOT NULL               -- JSON of tracking.track.Track
    ) WITHOUT ROWID;
    CREATE TABLE visits (                 -- times in Unix seconds, UTC
        id TEXT PRIMARY KEY,
        icao24 TEXT NOT NULL,
        registration TEXT,
        callsign TEXT,
        airport_icao TEXT,
        airport_iata TEXT,
        airport_name TEXT,
        latitude REAL NOT NULL,
        longitude REAL NOT NULL,
        arrived INTEGER,
        arrived_earliest INTEGER,
        arrived_latest INTEGER NOT NULL,
        arrival_basis TEXT NOT NULL,
        arrival_confidence REAL NOT NULL,
        landing TEXT,
        departed INTEGER,
        departed_earliest INTEGER,
        departed_latest INTEGER,
        departure_basis TEXT,
        departure_confidence REAL,
        retracted INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX visits_of_airframe ON visits (icao24, arrived_latest);
    CREATE INDEX visits_at_airport ON visits (airport_icao, arrived_latest);
    CREATE TABLE events (
        id TEXT PRIMARY KEY,
        icao24 TEXT NOT NULL,
        visit TEXT NOT NULL,
        detected INTEGER NOT NULL,
        event BLOB NOT NULL               -- JSON of model.Event, with the state vectors that show it
    ) WITHOUT ROWID;
    CREATE TABLE alerts (                 -- the outbox
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL REFERENCES events (id),
        channel TEXT NOT NULL,
        queued INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        delivered INTEGER,
        error TEXT,
        UNIQUE (event, channel)
    );
    CREATE INDEX alerts_waiting ON alerts (id) WHERE delivered IS NULL;
    CREATE TABLE polls (
        id INTEGER PRIMARY KEY,
        started INTEGER NOT NULL,         -- our clock
        at INTEGER,                       -- the data's own time; null when the poll failed
        outcome TEXT NOT NULL,            -- 'ok', or the one line that said what went wrong
        vectors INTEGER,
        skipped INTEGER,
        credits_remaining INTEGER,
        duration_ms INTEGER
    );
    CREATE INDEX polls_good ON polls (at) WHERE at IS NOT NULL;
    """,
    """
    CREATE TABLE blindness (              -- times without a successful poll that were told
        id TEXT PRIMARY KEY,
        detected INTEGER NOT NULL,
        blindness BLOB NOT NULL           -- JSON of sight.Blindness
    ) WITHOUT ROWID;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        event TEXT REFERENCES events (id),
        blindness TEXT REFERENCES blindness (id),
        channel TEXT NOT NULL,
        queued INTEGER NOT NULL,
        due INTEGER NOT NULL,             -- when to try first: later than queued where the channel has a delay
        attempts INTEGER NOT NULL DEFAULT 0,  -- that failed
        begun INTEGER,                    -- when it was first handed to its channel; null: never
        retry INTEGER,                    -- when to try again; null: at once
        ended INTEGER,                    -- null while it waits
        outcome TEXT,                     -- 'delivered', 'given up' or 'withdrawn'; while it waits null, or 'in doubt': it was
                                          -- begun and nobody knows how that ended
        error TEXT,
        CHECK ((event IS NULL) != (blindness IS NULL))
    );
    INSERT INTO outbox (id, event, channel, queued, due, attempts, begun, ended, outcome, error)
        SELECT id, event, channel, queued, queued, attempts,
               CASE WHEN attempts > 0 OR delivered IS NOT NULL THEN queued END, delivered,
               CASE WHEN delivered IS NOT NULL THEN 'delivered' END, error FROM alerts;
    DROP TABLE alerts;
    ALTER TABLE outbox RENAME TO alerts;
    CREATE UNIQUE INDEX alerts_once ON alerts (event, channel) WHERE event IS NOT NULL;
    CREATE UNIQUE INDEX health_once ON alerts (blindness, channel) WHERE blindness IS NOT NULL;
    CREATE INDEX alerts_waiting ON alerts (id) WHERE ended IS NULL;
    CREATE INDEX events_of_visit ON events (visit);
    CREATE INDEX events_detected ON events (detected);
    CREATE INDEX visits_of_registration ON visits (registration, icao24);
    ALTER TABLE polls ADD COLUMN asked BLOB;            -- JSON array of model.Query, dropped after some days
    ALTER TABLE polls ADD COLUMN balances BLOB;         -- JSON array: credits left after each of them, null where not told
    ALTER TABLE polls ADD COLUMN signed_in INTEGER;     -- whether an account was used
    ALTER TABLE polls ADD COLUMN silent_until INTEGER;  -- after a 429: until when nothing is asked
    CREATE INDEX polls_asked ON polls (started) WHERE asked IS NOT NULL;
    CREATE TABLE flights (                -- OpenSky's /flights/aircraft, an airframe and a UTC day a row
        icao24 TEXT NOT NULL,
        day INTEGER NOT NULL,             -- first second of a UTC day, or noon before the night whose flights they are
        asked INTEGER NOT NULL,
        flights BLOB NOT NULL,            -- JSON array as OpenSky answered; [] when there were none
        PRIMARY KEY (icao24, day)
    ) WITHOUT ROWID;
    CREATE TABLE flight_tracks (          -- OpenSky's /tracks, by the first second of the flight
        icao24 TEXT NOT NULL,
        start INTEGER NOT NULL,
        asked INTEGER NOT NULL,
        track BLOB NOT NULL,              -- JSON object as OpenSky answered; null when there was none
        PRIMARY KEY (icao24, start)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE alerts ADD COLUMN readers BLOB;  -- JSON array of those who must still get it; null: all of the channel
    ALTER TABLE polls ADD COLUMN gap INTEGER;    -- time since the good poll before, s; null: the first, or a failed one
    UPDATE polls SET gap = at - (SELECT max(at) FROM polls AS before WHERE before.at < polls.at) WHERE at IS NOT NULL;
    CREATE INDEX polls_gaps ON polls (gap) WHERE gap IS NOT NULL;
    CREATE TABLE listed (                 -- what the watchlist names, and when
        subject TEXT NOT NULL,            -- an airframe's icao24, an airport's ICAO code
        since INTEGER NOT NULL,           -- the data's own time of the first good poll with it
        until INTEGER,                    -- of the last one; null: it still does
        PRIMARY KEY (subject, since)
    ) WITHOUT ROWID;
    CREATE INDEX listed_now ON listed (subject) WHERE until IS NULL;
    CREATE TABLE balances (               -- OpenSky's credits for flights and tracks, as last told
        bucket TEXT NOT NULL,             -- 'flights' or 'tracks'
        account TEXT NOT NULL,            -- '' without one, else a digest of its client id
        at INTEGER NOT NULL,              -- our clock
        credits INTEGER NOT NULL,         -- left then; reckoned where it was not told
        silent_until INTEGER,             -- after a 429: until when nothing is asked
        PRIMARY KEY (bucket, account)
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE watchlists (             -- that polled into this database; there should be one
        path TEXT PRIMARY KEY,
        turn INTEGER NOT NULL             -- the highest polled last
    ) WITHOUT ROWID;
    CREATE TABLE usual (                  -- how much the answer to a question usually holds
        question TEXT PRIMARY KEY,        -- JSON of model.Query
        usual BLOB NOT NULL               -- JSON of listening.Usual
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE reception (              -- where low traffic is heard: one row
        id INTEGER PRIMARY KEY CHECK (id = 1),
        at INTEGER NOT NULL,              -- the data's own time of the last look that counted
        known BLOB NOT NULL               -- JSON: looks at the world, and each cell as row, column, looks at areas that hold it,
                                          -- and in how many looks somebody was low there, by reception.BANDS_M
    );
    """,
    """
    CREATE TABLE pauses (                 -- of channels that failed
        channel TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,        -- in a row
        until INTEGER NOT NULL
    ) WITHOUT ROWID;
    ALTER TABLE alerts ADD COLUMN message INTEGER;  -- least id of what was first handed over with it, in one message; null: never
    UPDATE alerts SET message = together.first FROM (       -- ten or more that were begun at one time were a digest
        SELECT id, CASE WHEN count(event) OVER beside >= 10 AND event IS NOT NULL THEN min(id) OVER beside ELSE id END AS first
        FROM alerts WHERE ended IS NULL AND begun IS NOT NULL
        WINDOW beside AS (PARTITION BY channel, begun, event IS NULL)
    ) AS together WHERE together.id = alerts.id;
    ALTER TABLE polls ADD COLUMN boot INTEGER;     -- which start of the machine; null: not known, or days ago
    ALTER TABLE polls ADD COLUMN uptime INTEGER;   -- how long it had been running when the poll began, s
    ALTER TABLE polls ADD COLUMN claimed INTEGER;  -- the time of an answer that was not used for its time; null: there was none
    ALTER TABLE visits ADD COLUMN checksum INTEGER;  -- of the columns before it
    UPDATE visits SET checksum = row_checksum(
        id, icao24, registration, callsign, airport_icao, airport_iata, airport_name, latitude, longitude, arrived,
        arrived_earliest, arrived_latest, arrival_basis, arrival_confidence, landing, departed, departed_earliest,
        departed_latest, departure_basis, departure_confidence, retracted);
    ALTER TABLE tracks ADD COLUMN checksum INTEGER;
    UPDATE tracks SET checksum = row_checksum(icao24, track);
    ALTER TABLE events ADD COLUMN checksum INTEGER;
    UPDATE events SET checksum = row_checksum(id, icao24, visit, detected, event);
    ALTER TABLE blindness ADD COLUMN checksum INTEGER;
    UPDATE blindness SET checksum = row_checksum(id, detected, blindness);
    DELETE FROM polls WHERE started < (SELECT max(started) FROM polls) - 259200 AND (at IS NULL OR gap <= 120)
        AND id > (SELECT min(id) FROM polls);
    CREATE INDEX visits_ended_at_airport ON visits (
        airport_icao,
        coalesce(departed, departed_latest, 253402300800),
        min(coalesce(arrived, arrived_latest), coalesce(departed, departed_latest, 253402300800))
    ) WHERE retracted IS NULL;
    CREATE INDEX visits_of_airframe_at ON visits (
        icao24,
        airport_icao,
        arrived_latest,
        min(coalesce(arrived, arrived_latest), coalesce(departed, departed_latest, 253402300800))
    ) WHERE retracted IS NULL;
    """,
    """
    CREATE TABLE sources (                -- who was ever asked for state vectors
        name TEXT PRIMARY KEY,
        tried INTEGER,                    -- when last asked, our clock
        good INTEGER,                     -- when it last listened, our clock
        answered INTEGER,                 -- the time that its last answer told that counted
        rows INTEGER,                     -- aircraft in that
        outcome TEXT NOT NULL,            -- 'ok', or why its last answer does not count
        since INTEGER,                    -- since when it does not listen, the data's time; null: it does
        paused INTEGER,                   -- until when it wants no questions, our clock; null: it did not say
        clock INTEGER NOT NULL,           -- how far its clock is from the others', s; 0 while that is little
        said INTEGER NOT NULL,            -- whether it was said that it does not listen
        alarmed INTEGER NOT NULL,         -- whether readers were told that it does not listen
        turn INTEGER NOT NULL             -- which of the questions that it is asked in turns comes first next time
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE archived_visits (        -- found in archives, none of them taken back; columns as those of visits
        id TEXT NOT NULL,
        source TEXT NOT NULL,             -- the archive's name; beside id, as SQLite 3.40 takes other keys for damage
        icao24 TEXT NOT NULL,
        registration TEXT,
        callsign TEXT,
        airport_icao TEXT,
        airport_iata TEXT,
        airport_name TEXT,
        latitude REAL NOT NULL,
        longitude REAL NOT NULL,
        arrived INTEGER,
        arrived_earliest INTEGER,
        arrived_latest INTEGER NOT NULL,
        arrival_basis TEXT NOT NULL,
        arrival_confidence REAL NOT NULL,
        landing TEXT,
        departed INTEGER,
        departed_earliest INTEGER,
        departed_latest INTEGER,
        departure_basis TEXT,
        departure_confidence REAL,
        retracted INTEGER,
        checksum INTEGER,                 -- of the others
        PRIMARY KEY (id, source)
    ) WITHOUT ROWID;
    CREATE INDEX archived_of_airframe ON archived_visits (icao24, arrived_latest);
    CREATE TABLE archived_events (        -- what began and ended them, with the state vectors that show it; columns as of events
        id TEXT NOT NULL,
        source TEXT NOT NULL,
        icao24 TEXT NOT NULL,
        visit TEXT NOT NULL,
        detected INTEGER NOT NULL,
        event BLOB NOT NULL,
        checksum INTEGER,
        PRIMARY KEY (id, source)
    ) WITHOUT ROWID;
    CREATE INDEX archived_events_of_visit ON archived_events (visit);
    CREATE TABLE traces (                 -- adsb.lol's traces, an airframe and a UTC day a row
        icao24 TEXT NOT NULL,
        day INTEGER NOT NULL,             -- first second of a UTC day
        asked INTEGER NOT NULL,           -- our clock
        outcome TEXT NOT NULL,            -- 'heard', 'silent': no trace of it, or 'missing': the day is not there at all
        trace BLOB,                       -- zlib of the JSON of a kept trace, by the minute; null unless it was heard
        checksum INTEGER,                 -- of the columns before it
        is_archived INTEGER NOT NULL,     -- 1: the archived visits are made of it too; 2: and landings compared
        PRIMARY KEY (icao24, day)
    ) WITHOUT ROWID;
    CREATE TABLE trace_days (             -- whether adsb.lol has a day at all, as an airframe that flies daily showed
        day INTEGER PRIMARY KEY,
        asked INTEGER NOT NULL,
        is_there INTEGER NOT NULL
    );
    """,
    """
    ALTER TABLE tracks RENAME TO json_tracks;
    CREATE TABLE tracks (                 -- with a rowid: without one SQLite puts all but the beginning of a long row elsewhere
        icao24 TEXT PRIMARY KEY,
        track BLOB NOT NULL,              -- MessagePack of tracking.track.Track
        checksum INTEGER
    );
    INSERT INTO tracks SELECT icao24, packed_track(track),  -- a damaged one stays so
        CASE WHEN checksum = row_checksum(icao24, track) THEN track_checksum(icao24, packed_track(track)) END FROM json_tracks;
    DROP TABLE json_tracks;
    CREATE TABLE earlier_reports (        -- of tracks: those that most polls need not read, nor write
        icao24 TEXT PRIMARY KEY,
        reports BLOB NOT NULL             -- MessagePack of tracking.reports.Reports.earlier; tracks.checksum is of it, too
    );
    """,
    """
    CREATE TABLE look_ups (               -- of visits whose landing was inferred, in adsb.lol's traces
        visit TEXT PRIMARY KEY,
        icao24 TEXT NOT NULL,
        looked INTEGER NOT NULL,          -- our clock
        outcome TEXT NOT NULL,            -- 'confirmed', 'taken back' or 'nothing'
        compared INTEGER NOT NULL         -- checksum of the visit, and of all traces of its airframe, as they were
    ) WITHOUT ROWID;
    CREATE TABLE trace_answers (          -- how adsb.lol answered last, by our clock: one row
        id INTEGER PRIMARY KEY CHECK (id = 1),
        answered INTEGER,
        failed INTEGER,
        why TEXT                          -- what went wrong then
    );
    UPDATE traces SET is_archived = 1 WHERE is_archived = 2;  -- which said that landings were compared
    """,
    """
    CREATE TABLE evidence (               -- what moved airframes, some looks of one a row, where the watchlist asks to keep it
        icao24 TEXT NOT NULL,
        since INTEGER NOT NULL,           -- the first look, the data's own time
        until INTEGER NOT NULL,           -- the last one
        looks INTEGER NOT NULL,
        is_kept INTEGER NOT NULL,         -- 0: nothing was decided by it yet
        begins INTEGER NOT NULL,          -- tracking.evidence.digest of the track before the first
        ends INTEGER NOT NULL,            -- and after the last
        start BLOB NOT NULL,              -- zlib of the JSON of the track before the first
        answers BLOB NOT NULL,            -- zlib of the JSON of tracking.evidence.Look, one after another with commas between
        checksum INTEGER NOT NULL,        -- of the columns before it
        PRIMARY KEY (icao24, since)
    );
    """,
    """
    CREATE TABLE legs (                   -- flights of watched airframes, thinned, that their tracks hold no more
        icao24 TEXT NOT NULL,
        began INTEGER NOT NULL,           -- Unix seconds of the first position, and of the last
        ended INTEGER NOT NULL,
        is_whole INTEGER NOT NULL,        -- 0: a piece of a flight that goes on
        heard_by TEXT NOT NULL,           -- JSON array of sources' names
        fixes BLOB NOT NULL,              -- zlib of the MessagePack of times, latitudes, longitudes and altitudes
        checksum INTEGER,                 -- of the others
        PRIMARY KEY (icao24, began)
    ) WITHOUT ROWID;
    """,
)
"""Schema by number: ``PRAGMA user_version`` counts how many have run. Never edit one that was released; add."""

LEFT = "coalesce(departed, departed_latest, 253402300800)"
"""A visit's `visits.left` in SQL; the year 10000 while it goes on. An index serves just this text."""

CAME = f"min(coalesce(arrived, arrived_latest), {LEFT})"
"""A visit's `visits.came` in SQL. An index serves just this text."""

SAYS_NOTHING = "(at IS NULL OR gap <= 120) AND id > (SELECT min(id) FROM polls)"
"""Of a poll of some days ago: that it failed, or came within two minutes of the one before. What remains tells when nobody
watched (`Health.blind_after` is an hour if nobody says otherwise), and when the first poll was."""
