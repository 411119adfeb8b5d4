-- The licence as Northlight and Wavefront agreed it: `licet author deal.lua` shows it.
deal "NorthlightWavefront" {
  agreement = "streaming.lic",
  set = {
    AdvanceSum    = money "GBP 250,000.00",
    FirstRate     = rate "52%",
    MiddleRate    = rate "54%",
    TopRate       = rate "55%",
    LabelShare    = rate "50%",
    ArtistShare   = rate "35%",
    ProducerShare = rate "10%",
    SocietyShare  = rate "5%",
  },
  schedules = { Recordings = "data/recordings.tsv" },
}
