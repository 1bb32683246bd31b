"""What e-mails about a certificate say."""

from __future__ import annotations

from gateway.email_writing import Said, Wording
from protocol.certificates import Congratulation


def _congratulation(message: Congratulation) -> Said:
    return Said(
        subject=f"Your certificate: {message.course_title}",
        before=(f"Congratulations: you have completed “{message.course_title}”.",),
        action="See your certificate",
        path=f"/certificates/{message.number}",
        after=("Everybody who has this link can see that the certificate is genuine.",),
    )


EMAILS: Wording = {Congratulation: _congratulation}
