package recorder_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/harness"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/recorder"
)

// crasher names the variable that makes a test process record and then end as the
// variable says. ORIGIN, DIR, MODE and ASK say what it records.
const crasher = "RECORDER_TEST_CRASH"

func crash(end string) {
	recorder.WaitForJournal()
	s, err := recorder.Open(recorder.Config{Dir: os.Getenv("DIR"), Path: tapeName, Mode: recorder.Mode(os.Getenv("MODE"))})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for path := range strings.FieldsSeq(os.Getenv("ASK")) {
		resp, err := s.Client().Get(os.Getenv("ORIGIN") + path)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	switch end {
	case "panic":
		go func() { panic("in a goroutine") }()
		select {}
	case "exit":
		os.Exit(3)
	case "kill":
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	case "close":
		if _, err := s.Close(true); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// crash records paths in another process, which then ends in some way.
func (d *rig) crash(end string, mode recorder.Mode, paths ...string) {
	d.t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crasher+"="+end, "ORIGIN="+d.URL, "DIR="+d.dir, "MODE="+string(mode), "ASK="+strings.Join(paths, " "))
	output, err := child.CombinedOutput()
	if code := child.ProcessState.ExitCode(); err == nil || code == 1 {
		d.t.Fatalf("the process that was to crash: %v\n%s", err, output)
	}
}

// notes returns the specification of a spec whose notes are collected.
func notes(all *[]string) harness.Spec {
	return harness.Spec{Note: func(text string) { *all = append(*all, text) }}
}

func TestACrashLosesNoCall(t *testing.T) {
	for _, end := range []string{"panic", "exit", "kill"} {
		t.Run(end, func(t *testing.T) {
			d := newRig(t, counting())
			d.crash(end, recorder.Once, "/a", "/b")
			equal(t, "served", d.Served(), 2)
			equal(t, "tape", d.bodies(d.file()), "none")

			var told []string
			s := d.openSpec(recorder.Config{}, notes(&told))
			equal(t, "answers", d.get(s, "/a", "/b", "/c"), "sent 1 /a, sent 2 /b, sent 3 /c")
			d.end(s, true)
			equal(t, "tape", d.bodies(d.file()), "sent 1 /a, sent 2 /b, sent 3 /c")
			equal(t, "files", d.leftovers(), tapeName)
			equal(t, "notes", strings.Join(told, "\n"), d.file()+": took up 2 interactions of a run that broke off")
		})
	}
}

func TestTheJournal(t *testing.T) {
	defer recorder.WaitForJournal()()
	d := newRig(t, counting())
	s := d.openSpec(recorder.Config{}, harness.Spec{Suite: "example.com/chat", Name: "chat / answers"})
	d.get(s, "/a", "/b")
	equal(t, "files", d.leftovers(), ".journal/.gitignore "+journalName)
	equal(t, ".gitignore", d.read(filepath.Join(d.dir, ".journal/.gitignore")), "*\n")
	journal := d.read(d.journal())
	head, _, _ := strings.Cut(journal, "request:")
	equal(t, "head", head, `# The journal of a recording that goes on. The next run takes up what it finds here.
# onto nothing
ginkgo-vcr: 1
suite: example.com/chat
spec: chat / answers
partial: true
---
`)
	equal(t, "separators", strings.Join(regexp.MustCompile("(?m)^---.*").FindAllString(journal, -1), "\n"), "---\n--- # 1 after -1\n--- # 2 after -1")
	d.end(s, true)
	equal(t, "files", d.leftovers(), tapeName)
}

const journalName = ".journal/tape.ef60fd1ea5295409"

func (d *rig) journal() string { return filepath.Join(d.dir, filepath.FromSlash(journalName)) }

// A text that looks like a placeholder is one more time a quote on the tape, also if
// another answer brought it after the journal had begun.
func TestAJournalWithQuotes(t *testing.T) {
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) }))
	d.crash("kill", recorder.Once, "/plain", "/[redacted:token]")
	s := d.open(recorder.Config{})
	equal(t, "answers", d.get(s, "/plain", "/[redacted:token]"), "/plain, /[redacted:token]")
	d.end(s, true)
	equal(t, "served", d.Served(), 2)
	equal(t, "quotes", d.load(d.file()).Quotes, true)
}

func TestASessionThatRecordsNothingHasNoJournal(t *testing.T) {
	defer recorder.WaitForJournal()()
	for _, mode := range allModes {
		d := newRig(t, counting())
		d.put(false, "/a")
		s := d.open(recorder.Config{Mode: mode, PassThrough: []string{strings.TrimPrefix(d.URL, "http://")}})
		d.get(s, "/a")
		equal(t, string(mode), d.leftovers(), tapeName)
	}
}

// What a run left counts as what a spec that failed has recorded.
func TestAJournalIsTakenUp(t *testing.T) {
	cases := []struct {
		name    string
		before  []string // on a partial tape
		crashed recorder.Mode
		ask     string // of the run that is killed
		next    recorder.Mode
		then    string // what the next run asks for
		answers string
		tape    string
		files   string
		note    string
	}{
		{
			name: "without a cassette", crashed: recorder.Once, ask: "/a /b",
			next: recorder.Once, then: "/a /b /c", answers: "sent 1 /a, sent 2 /b, sent 3 /c",
			tape: "sent 1 /a, sent 2 /b, sent 3 /c", note: "TAPE: took up 2 interactions of a run that broke off",
		},
		{
			name: "onto a partial cassette", before: []string{"/x"}, crashed: recorder.Once, ask: "/x /b",
			next: recorder.Once, then: "/x /b", answers: "tape 1 /x, sent 1 /b",
			tape: "tape 1 /x, sent 1 /b", note: "TAPE: took up 1 interaction of a run that broke off",
		},
		{
			name: "between what was played", before: []string{"/x", "/y"}, crashed: recorder.NewEpisodes, ask: "/1 /x /2 /3 /y /4",
			next: recorder.Once, then: "/x", answers: "tape 1 /x",
			tape: "sent 1 /1, tape 1 /x, sent 2 /2, sent 3 /3, tape 2 /y, sent 4 /4", note: "TAPE: took up 4 interactions of a run that broke off",
		},
		{
			name: "from mode all without a cassette", crashed: recorder.All, ask: "/a",
			next: recorder.Once, then: "/a", answers: "sent 1 /a",
			tape: "sent 1 /a", note: "TAPE: took up 1 interaction of a run that broke off",
		},
		{
			name: "from mode all with a cassette", before: []string{"/a"}, crashed: recorder.All, ask: "/a",
			next: recorder.Once, then: "/a", answers: "tape 1 /a",
			tape: "tape 1 /a", files: ".rejected/.gitignore .rejected/" + tapeName + " ",
			note: "TAPE: stays as it was, because a run broke off that was to record it again; what that recorded is in REJECTED: 1 interaction",
		},
		{
			name: "by mode all, which asks again", crashed: recorder.Once, ask: "/a",
			next: recorder.All, then: "/a", answers: "sent 2 /a",
			tape: "sent 2 /a", note: "TAPE: took up 1 interaction of a run that broke off",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newRig(t, counting())
			if c.before != nil {
				d.put(true, c.before...)
			}
			d.crash("exit", c.crashed, strings.Fields(c.ask)...)
			var told []string
			s := d.openSpec(recorder.Config{Mode: c.next}, notes(&told))
			equal(t, "answers", d.get(s, strings.Fields(c.then)...), c.answers)
			d.end(s, true)
			equal(t, "tape", d.bodies(d.file()), c.tape)
			equal(t, "files", d.leftovers(), c.files+tapeName)
			equal(t, "notes", strings.NewReplacer(d.rejected(), "REJECTED", d.file(), "TAPE").Replace(strings.Join(told, "\n")), c.note)
		})
	}
}

func TestAJournalOfAChangedCassetteIsPutAside(t *testing.T) {
	d := newRig(t, counting())
	d.put(true, "/x")
	d.crash("kill", recorder.Once, "/x", "/b")
	d.put(false, "/x", "/y")
	before := d.read(d.file())
	var told []string
	s := d.openSpec(recorder.Config{}, notes(&told))
	equal(t, "answers", d.get(s, "/x", "/y"), "tape 1 /x, tape 2 /y")
	d.end(s, true)
	equal(t, "tape", d.read(d.file()), before)
	equal(t, "rejected", d.bodies(d.rejected()), "partial, sent 1 /b")
	equal(t, "notes", strings.Join(told, "\n"),
		d.file()+": was changed since a run broke off that recorded it; what that recorded is in "+d.rejected()+": 1 interaction")
}

// A program often exits because the service has failed.
func TestFailuresOfTheServiceAreNotTakenUp(t *testing.T) {
	d := newRig(t, statuses())
	d.crash("exit", recorder.Once, "/200", "/429", "/201", "/401")
	var told []string
	s := d.openSpec(recorder.Config{}, notes(&told))
	d.get(s, "/200")
	d.end(s, false)
	equal(t, "tape", d.bodies(d.file()), "partial, 200, 201")
	equal(t, "notes", strings.Join(told, "\n"),
		d.file()+": took up 2 interactions of a run that broke off, and left out what look like failures of the service: 2")
}

func TestATornDocumentIsDropped(t *testing.T) {
	d := newRig(t, counting())
	d.crash("exit", recorder.Once, "/a", "/b")
	whole := d.read(d.journal())
	first := strings.Index(whole, "--- # 1 after -1\n") + len("--- # 1 after -1\n")
	var told []string
	for length := 0; length < len(whole); length += 13 {
		d.write(d.journal(), whole[:length])
		s := d.openSpec(recorder.Config{}, notes(&told))
		loaded := len(s.Snapshot().Loaded)
		want := 0
		if length >= first {
			want = 1
		}
		equal(t, fmt.Sprintf("loaded of %d bytes", length), loaded, want)
		d.end(s, false)
		if err := os.RemoveAll(d.file()); err != nil {
			t.Fatal(err)
		}
		equal(t, "files", d.leftovers(), "")
	}
}

func TestSessionsThatDoNotWriteLeaveAJournalAlone(t *testing.T) {
	d := newRig(t, counting())
	d.crash("exit", recorder.Once, "/a")
	before := d.leftovers() + d.read(d.journal())
	for _, mode := range []recorder.Mode{recorder.None, recorder.Live} {
		s := d.open(recorder.Config{Mode: mode})
		d.get(s, "/a")
		d.end(s, true)
		equal(t, string(mode), d.leftovers()+d.read(d.journal()), before)
	}
	s := d.openSpec(recorder.Config{}, harness.Spec{Discard: true})
	d.get(s, "/a")
	d.end(s, true)
	equal(t, "discard", d.leftovers()+d.read(d.journal()), before)
}

func TestNobodyTakesTheJournalOfALivingSession(t *testing.T) {
	defer recorder.WaitForJournal()()
	d := newRig(t, counting())
	first := d.open(recorder.Config{})
	d.get(first, "/a")
	var told []string
	second := d.openSpec(recorder.Config{}, notes(&told))
	equal(t, "answers", d.get(second, "/b"), "sent 2 /b")
	d.end(first, true)
	equal(t, "tape", d.bodies(d.file()), "sent 1 /a")
	if _, err := second.Close(false); err == nil {
		t.Error("the second session has overwritten the cassette of the first")
	}
	equal(t, "tape", d.bodies(d.file()), "sent 1 /a")
	equal(t, "notes", strings.Join(told, "\n"), "")
	equal(t, "files", d.leftovers(), ".rejected/.gitignore .rejected/"+tapeName+" "+tapeName)
}

func TestRecordingGoesOnWithoutAJournal(t *testing.T) {
	defer recorder.WaitForJournal()()
	d := newRig(t, counting())
	d.write(filepath.Join(d.dir, ".journal"), "a file")
	var told []string
	for n := range 2 { // and it is said once
		s := d.openSpec(recorder.Config{Path: fmt.Sprintf("%d.yaml", n)}, notes(&told))
		d.get(s, "/a", "/b")
		equal(t, "saved", d.end(s, true).Saved, true)
	}
	equal(t, "notes", strings.Join(told, "\n"),
		filepath.Join(d.dir, "0.yaml")+": what is recorded is not in a journal, and is lost if this run breaks off: mkdir "+filepath.Join(d.dir, ".journal")+": not a directory")
}

func TestAJournalThatCannotBeRead(t *testing.T) {
	d := newRig(t, counting())
	d.crash("exit", recorder.Once, "/a")
	d.write(d.journal(), strings.Replace(d.read(d.journal()), "status: 200", "status: many", 1))
	var told []string
	s := d.openSpec(recorder.Config{}, notes(&told))
	equal(t, "answers", d.get(s, "/a"), "sent 2 /a")
	d.end(s, true)
	equal(t, "files", d.leftovers(), ".journal/.gitignore "+journalName+" "+tapeName)
	equal(t, "notes", strings.Join(told, "\n"), d.file()+": what a run recorded that broke off cannot be taken up: "+
		d.journal()+`:10: response.status: is "many", not a status code from 100 to 999; mend the line, or delete the file and record this spec again`)
}

func TestAJournalThatIsNone(t *testing.T) {
	d := newRig(t, counting())
	d.crash("exit", recorder.Once, "/a")
	d.write(d.journal(), "garbage\n")
	var told []string
	s := d.openSpec(recorder.Config{}, notes(&told))
	d.get(s, "/a")
	d.end(s, true)
	equal(t, "journal", d.read(d.journal()), "garbage\n")
	equal(t, "notes", strings.Join(told, "\n"), d.file()+": what a run recorded that broke off cannot be taken up: "+d.journal()+": not a journal; delete it")
}

// What a later answer tells to be a secret is taken out of what was written before.
func TestTheJournalHoldsNoSecretThatIsKnown(t *testing.T) {
	defer recorder.WaitForJournal()()
	token := strings.Join([]string{"4f9d", "77aa", "c0ffee", "Zq81", "x7"}, "")
	d := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/late" {
			_, _ = fmt.Fprintf(w, `{"access_token": %q}`, token)
			return
		}
		_, _ = fmt.Fprintf(w, `{"note": "the words %s are no secret yet"}`, token)
	}))
	s := d.open(recorder.Config{})
	d.get(s, "/early", "/other")
	equal(t, "in the journal before it is known", strings.Count(d.read(d.journal()), token), 2)
	d.get(s, "/late")
	d.get(s, "/after")
	journal := d.read(d.journal())
	equal(t, "in the journal once it is known", strings.Count(journal, token), 0)
	equal(t, "documents", strings.Count(journal, "\nrequest:"), 4)
	equal(t, "placeholders", strings.Count(journal, "[redacted:access_token]"), 4)
	d.end(s, true)
	equal(t, "on the tape", strings.Count(d.read(d.file()), "[redacted:access_token]"), 4)
	equal(t, "files", d.leftovers(), tapeName)
}

// Each attempt has a journal of its own.
func TestAnAttemptThatIsKilled(t *testing.T) {
	defer recorder.WaitForJournal()()
	d := newRig(t, counting())
	first := d.open(recorder.Config{})
	d.get(first, "/a")
	d.end(first, false)
	equal(t, "tape", d.bodies(d.file()), "partial, sent 1 /a")
	second := d.again(recorder.Config{}, first)
	d.get(second, "/a", "/b")
	journal, tape := d.read(d.journal()), d.read(d.file())
	d.end(second, false)
	equal(t, "files", d.leftovers(), tapeName)

	d.write(d.journal(), journal) // as if it had been killed
	d.write(d.file(), tape)
	var told []string
	s := d.openSpec(recorder.Config{}, notes(&told))
	equal(t, "answers", d.get(s, "/a", "/b", "/c"), "sent 2 /a, sent 3 /b, sent 4 /c")
	d.end(s, true)
	equal(t, "tape", d.bodies(d.file()), "sent 2 /a, sent 3 /b, sent 4 /c")
	equal(t, "notes", strings.Join(told, "\n"), d.file()+": took up 2 interactions of a run that broke off")
}
