"""What people do to sessions, as transactions: refresh the queue, lease, decide, appeal, draw, order, pack.

Joins the pure rules (decisions, draw), the store and the judge. In: a connection, who acts, what is asked.
Out: rows written and plain results. The desk's pages and the commands both call here, so that both leave the
same trail: every act is an entry of the audit log in the same transaction.
"""
