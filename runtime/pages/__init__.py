"""What both areas show: lists, forms, detail pages, moves, lookups, history.

A presenter asks the gate, and returns a frozen page that a template writes down:

    PageContext (who asks, in which area)  +  EntityModel  +  what the address says
        ->  ListPage | FormPage | DetailPage | MoveDialog | HistoryPage  ->  pages/*.html

Presenters know no request. `serving` answers those of both areas with them; an area (`Area`)
brings the frame around a page, its addresses (`Links`), and where its ways differ.
"""
