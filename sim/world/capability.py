"""What a firm is able to do, how accurate its data are, and what is left of past breaches."""

from dataclasses import dataclass


@dataclass
class Capability:
    """The firm's abilities in a week, each a share from 0 to 1, and what is left of breaches.

    Plans fail through poor analysis, formalism and departments that do not talk to each other: what does
    not reach customers as designed is paid for all the same.

    Attributes
    ----------
    execution : float
        Part of a play that reaches customers as designed.
    skill : float
        What training has brought of the skill that it can bring.
    diligence : float
        What appraisal by customers' loyalty has brought of the diligence that it can bring.
    hand_over : float
        What is lost between departments, over the usual; above 1 where it is more.
    data_quality : float
        Part of the firm's records on its customers that are right and fresh.
    protection : float
        Part of the breaches of customers' data that are averted.
    recoverable : float
        Part of the time that a breach is felt which backups spare.
    openness : float
        How much customers know of what is on record about them, and may decide about it.
    breach_left : float
        Damage of past breaches that is not yet forgotten, in breaches.
    customer_insight : float
        Part of what customers miss that the firm knows of and passes on to those who can change it.
    wants_suggested : float
        Part of what they want that it knows by their suggestions, in the same way.
    complaints_heard, suggestions_heard : float
        Complaints and suggestions that all customers of the firm have made of late.
    """

    execution: float
    data_quality: float
    protection: float = 0.0
    skill: float = 0.0
    diligence: float = 0.0
    hand_over: float = 1.0
    recoverable: float = 0.0
    openness: float = 0.0
    breach_left: float = 0.0
    customer_insight: float = 0.0
    wants_suggested: float = 0.0
    complaints_heard: float = 0.0
    suggestions_heard: float = 0.0
