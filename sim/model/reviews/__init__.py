r"""Reviews: the firm looks at what it can see of its plan, and changes it by written rules.

A play is judged by its gain in margin per person served,

    d_k = mean over those served of (m_i - m_i without play k) - c_k,

m_i being a person's margin since the last review and c_k what the play cost per person served, without
one-off work, which is spent whatever comes next.

Judged by customers held out at random, which leave 1 - h of each audience to the play, the firm does
not see d_k but an estimate with the error of its trial. With n_1 served and n_0 = n_1 h / (1 - h) held
out, all customers of the firm and not those of the simulation alone,

    d_k^ = d_k + s sqrt(1 / n_1 + 1 / n_0) z,   z standard normal,

s^2 is the variance of margins between people that their own purchases before the plan do not explain:
the firm adjusts for these (Deng, Xu, Kohavi & Walker 2013). d_k is taken from a run beside it that
differs by the absence of the play alone, on the same luck (`twins`): the luck that the two do not share
is part of the error, and z makes up what is left of it. Where a play pays or loses by more than its
error allows, at the confidence asked for, the review says so; else it is unclear. Likewise a goal of
reputation, which a survey of few tells, is met or missed where the survey's error allows no other
answer, and else neither. The error is `brand_survey_error` of 400 asked and falls with the root of their
number, which ends with the prospects there are; each review pays for all answers.

Judged by members, those who take part in what the play offers, or whom it reaches, are compared with all
other customers, as reports of programmes often do. Who buys more joins sooner, so that this finds a gain
where there is none (selection; van Heerde & Bijmolt 2005; Leenheer et al. 2007). It is offered so that
what it costs can be seen.

Known limits: a review counts margin since the last one, not what customers are worth after it, so that a
play which keeps customers is judged too low by it in its first months; what training, teams, responsible
conduct and prices on the shelf do cannot be held out from some customers, and is not judged; nor is what
friends bring who come on a recommendation, since they come to both arms of a trial; each review errs by
itself, so that of several one is wrong more often. A review's work is paid and no part of what a play
costs.
"""
