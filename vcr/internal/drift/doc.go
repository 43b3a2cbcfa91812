// Package drift says how the answers of an API have changed since they were recorded.
//
// No two answers of a model are equal, so it compares their shape: the types of JSON at
// each path, the events of a stream, the status and the media type. Values are noise,
// except the words of a field that is an enum by its name, the tools that a model calls
// and the names of their arguments.
//
// # Evidence
//
// A field that one answer lacks may be optional. What is optional is learnt from all tapes
// of a suite, and what is gone is gone from every new answer of a run:
//
//	suite := drift.NewSuite(rules)          // once, before anything is recorded again
//	suite.Learn(interaction)                // each interaction of each tape
//
//	comparisons := suite.CompareTapes(...)  // when a spec ends: keep or replace?
//	run.Add(comparisons...)                 // if its answers count
//
//	run.Merge(ofAnotherProcess)             // when the run ends
//	report := run.Report()                  // with severities
//
// A [Suite] and a [Run] are plain values that travel as JSON, and both are bounded: what
// does not fit is not compared, and the report says so.
//
// # Rules
//
// An endpoint is a method, a host, a path without the names of single things, a status and
// the form of the body. Answers are compared with those of their endpoint:
//
//   - A path counts only where the object that should hold it is still there.
//   - An array is the union of its elements. An empty one says nothing.
//   - There are two views. One merges all objects of an array or stream, the other keeps
//     them apart by type, object or kind, or by the name of their event. The second is
//     for what the first does not show.
//   - A field is required if every object has it in all recordings of the suite.
//   - Null is not a type. 1 and 1.5 are one type.
//   - What a model or a user wrote is not looked into: arguments, metadata and the like.
//   - Keys that look like ids are not names.
//
// [Breaking] is a new type, another status, media type or form of the body, and a required
// field or event that three recordings had and no new answer has. It is a [Notice] if the
// evidence is weaker, if the field is a counter, or if the request is not the recorded one:
// then our own code may be the reason, and the report says what it sends differently.
//
// A Suite is safe for concurrent use. A Run is not.
package drift
