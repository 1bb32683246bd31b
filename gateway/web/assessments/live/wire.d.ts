// What the server sends of a game; see gateway/asyncapi.json. What has its default is left out.

export type Phase = "lobby" | "announced" | "open" | "closed" | "reveal" | "leaderboard" | "finished";
export type QuestionType = "multiple_choice" | "true_false" | "short_answer" | "essay" | "fill_blank" | "matching" | "numeric" | "ordering" | "hotspot";
export type Answer = boolean | string | number[] | string[];
export type Id = string;

export interface Option {
  id: number;
  text: string;
}

export interface Time {
  opensAt: number;
  closesAt: number;
  paused?: boolean;
  remainingMs?: number | null;
}

/** The topic's data: which game, and where there is one, of which step. */
export interface Publication {
  liveQuizId: Id;
  step?: number;
}

/** A question that opens soon; nothing of it is known yet. */
export interface Announcement extends Publication {
  index: number;
  total: number;
  opensAt: number;
  paused?: boolean;
  remainingMs?: number | null;
}

export interface Question extends Publication, Time {
  index: number;
  total: number;
  questionType: QuestionType;
  text: string;
  textHtml?: string | null;
  mediaUrl?: string | null;
  /** What the picture shows, as the author says it. */
  mediaAlt?: string | null;
  options?: Option[];
  optionsHtml?: string[];
  prompts?: string[];
  promptsHtml?: string[];
  blanks?: number;
  multiple?: boolean;
  noneAllowed?: boolean;
  /** Whether a number needs its unit. */
  unitRequired?: boolean;
  /** How many places on the picture are to be marked. */
  marks?: number;
  points: number;
}

export interface Reveal extends Publication {
  index: number;
  correct?: Answer | null;
  accepted?: string[];
  explanation?: string | null;
  explanationHtml?: string | null;
  /** Null where nobody counts, as in practice. */
  counts?: Record<string, number> | null;
  answered?: number;
  /** Of a picture. */
  places?: import("./places.js").Place[];
}

export interface Standing {
  rank: number;
  playerId: Id;
  nickname: string;
  score: number;
  correct: number;
  streak?: number;
  /** How many places up, or down if negative, the last question has led. */
  moved?: number | null;
}

/** Where a player stands besides. `behind`: the points that are missing to the next place above, which is `ahead`. */
export interface Distance {
  moved?: number | null;
  ahead?: number;
  behind?: number;
}

export interface Leaderboard extends Publication {
  index: number;
  totalPlayers: number;
  top: Standing[];
}

export interface Result extends Publication, Distance {
  index: number;
  answered: boolean;
  correct: boolean | null;
  points: number;
  score: number;
  rank: number;
  streak: number;
}

export interface Lobby extends Publication {
  players: number;
  connected: number;
  locked: boolean;
  names?: string[];
}

export interface Histogram extends Publication {
  index: number;
  answered: number;
  connected: number;
  counts: Record<string, number>;
  /** Of answers that are typed. */
  right?: number | null;
}

export interface Awaited extends Publication {
  index: number;
  count: number;
  names?: string[];
  closesAt: number;
}

export interface PlayerView extends Distance {
  liveQuizId: Id;
  title: string;
  playerId: Id;
  nickname: string;
  phase: Phase;
  step: number;
  score: number;
  rank: number;
  hostConnected: boolean;
  locked: boolean;
  players: number;
  announced?: Announcement | null;
  /** None for who has come after it was opened. */
  question?: Question | null;
  order?: number[];
  orders?: Record<string, number[]>;
  answer?: Answer | null;
  answerId?: string | null;
  reveal?: Reveal | null;
  result?: Result | null;
  leaderboard?: Leaderboard | null;
}

export interface HostPlayer {
  playerId: Id;
  nickname: string;
  score: number;
  connected: boolean;
  extraTime?: number;
  heldBackMs?: number;
}

/** What several players typed alike. */
export interface TypedAnswer {
  text: string;
  count: number;
  right: boolean;
  acceptable?: boolean;
}

export interface HostView {
  liveQuizId: Id;
  courseId: Id;
  title: string;
  pin: string;
  phase: Phase;
  step: number;
  hostId: Id;
  hostConnected?: boolean;
  locked: boolean;
  paused: boolean;
  questionCount: number;
  /** As the game was opened; these names are not in camel case. */
  config?: { board_every?: number };
  players?: HostPlayer[];
  /** For each question as it is played, its place in the quiz. */
  order?: number[];
  announced?: Announcement | null;
  question?: Question | null;
  histogram?: Histogram | null;
  awaited?: Awaited | null;
  reveal?: Reveal | null;
  leaderboard?: Leaderboard | null;
  /** At the reveal; in no publication. */
  typed?: TypedAnswer[];
}
