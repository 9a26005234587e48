"""The cockpit: move a lever and see, in a browser; a plan, a small sample of futures, and what they say.

Nothing is run or planned in a way of its own: plans are strategies of the playbook, sized and lived as
`sim.compare` does, so that what is shown is what it would find at that size. In a notebook::

    from sim.cockpit.view import Cockpit

    Cockpit("grocery")
"""
