"""A year of a district at its real size, built from data: how many cases of each kind, when, on which ways (courses).

``plan`` reads the data, ``days`` says on which day each case opens, ``values`` fills in forms, ``planning`` plans one
case from (seed, year, mechanism, number) alone, ``checking`` holds courses against the step function, ``feeding`` plans
day by day in a process of its own, ``running`` writes. Everything in it is synthetic.
"""
