// Vcr looks after the cassettes of ginkgo-vcr: it lists, checks, shows, compares and
// removes them, and says which specs to record again.
//
//	vcr ls        list cassettes: interactions, age, size
//	vcr check     check cassettes: readable, canonical, no secrets, no orphans
//	vcr diff      compare two recordings: how an API has drifted
//	vcr refresh   print or run the commands that record specs again
//	vcr show      show a tape: what was asked and answered
//	vcr report    make one report of those of many machines
//	vcr prune     list or remove the cassettes that a report calls unused
//	vcr init      write .gitattributes, .gitignore, a workflow and a recorded suite
//
// Run it as a tool of a module:
//
//	go get -tool github.com/seed-e117020a/ginkgo-vcr/vcr/cmd/vcr
//	go tool vcr ls
//
// It is a module of its own: what it requires stays out of the modules of those who only
// import the library. To keep it out of yours as well, give tools a module file of their
// own: go get -tool -modfile=tools.mod.
//
// # Files and folders
//
// Arguments are files and folders; without any, the folder in which it is started. In a
// folder, a cassette is a .yaml file below a folder that is called cassettes, and elsewhere
// one that begins as a cassette does. As Ginkgo does, it passes over folders whose names
// begin with a dot or _, and vendor; node_modules too. It follows no symbolic link.
//
// A cassette that cannot be read is named, and all others are read nevertheless.
//
// # As a hook
//
// For pre-commit, in .pre-commit-config.yaml:
//
//	repos:
//	- repo: local
//	  hooks:
//	  - id: vcr
//	    name: cassettes
//	    language: system
//	    entry: go tool vcr check
//	    files: /cassettes/
//
// # After a report
//
// Ginkgo's own JSON report says which cassettes nobody uses and which specs missed a
// recording, also if it was written on another machine:
//
//	ginkgo -r --json-report=report.json
//	go tool vcr prune report.json
//	go tool vcr refresh --report report.json
//
// Of machines that share the specs, each writes a report, and vcr report makes one of them, as
// text, JSON, Markdown, or in the forms of JUnit and GitLab:
//
//	go tool vcr report --markdown shard-*.json
//	go tool vcr report --html vcr.html shard-*.json
//
// # Exit status
//
//	0  all is well
//	1  there is something to do: a finding of check, breaking drift
//	2  something could not be done: a wrong argument, a file that cannot be read
package main
