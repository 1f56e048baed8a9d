"""Forms that were drawn elsewhere: finds the boxes of a PDF or of a blank scan, groups them into questions, and writes
the questionnaire that a person then corrects."""
