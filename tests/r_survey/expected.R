# What R's survey package makes of the data sets: `Rscript tests/r_survey/expected.R`, from the root.
# Debian: r-base-core, r-cran-survey. Writes expected.csv (indices of forms.csv) and api.csv (the package's own data).
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 15)
here <- "tests/r_survey"
forms <- read.csv(file.path(here, "forms.csv"), colClasses = "character")
plans <- read.csv(file.path(here, "plans.csv"), colClasses = "character")
criteria <- c("A1", "A2", "B3", "B4", "B5")
factors <- list(A = c("A1", "A2"), B = c("B3", "B4", "B5"))
alpha <- 0.05

# The index as a sentence for svycontrast: means of ratios of totals, over the criteria that have answers.
sentence <- function(members) paste0("(", paste0("y", members, "/v", members, collapse = "+"), ")/", length(members))

row <- function(set, unit, group, level, code, design, parts) {
  parts <- Filter(length, lapply(parts, function(p) p[sapply(p, function(c) sum(design$variables[[paste0("v", c)]]) > 0)]))
  if (!length(parts)) return(NULL)
  totals <- svytotal(make.formula(c(paste0("y", criteria), paste0("v", criteria))), design)
  text <- paste0("(", paste0(sapply(parts, sentence), collapse = "+"), ")/", length(parts))
  found <- svycontrast(totals, parse(text = text)[[1]])
  p <- as.numeric(coef(found)); variance <- as.numeric(vcov(found))
  # the linearised form, for the design effect: against simple random sampling without replacement
  total <- coef(totals); a <- setNames(numeric(length(criteria)), criteria)
  for (part in parts) a[part] <- a[part] + 1 / length(part) / length(parts)
  z <- Reduce(`+`, lapply(criteria[a > 0], function(c) {
    v <- design$variables[[paste0("v", c)]]; y <- design$variables[[paste0("y", c)]]
    a[c] * (y - v * total[paste0("y", c)] / total[paste0("v", c)]) / total[paste0("v", c)]
  }))
  design$variables$z <- as.numeric(z)
  n <- nrow(design$variables); w <- weights(design)
  deff <- NA
  if (n > 1) {
    linear <- svytotal(~z, design, deff = "replace")
    simple <- as.numeric(vcov(linear)) / as.numeric(deff(linear))
    # svytotal estimates the sum, the sentence a mean: equal weights sum to n, not to N
    finite <- 1 - n / sum(w * design$variables$scale)
    if (is.finite(simple) && simple * finite > 1e-24) deff <- variance / (simple * finite)
  }
  df <- n - length(unique(paste(design$variables$unit, design$variables$field)))
  f <- design$variables$sampled
  answers <- sapply(criteria[a > 0], function(c) {
    v <- design$variables[[paste0("v", c)]]; sum(w * v)^2 / sum((1 - f) * w^2 * v)
  })
  bounds <- c(NA, NA, NA, NA)
  if (df > 0 && p > 0 && p < 1 && variance > 0) {
    counted <- min(p * (1 - p) / variance, sum(answers))
    e <- counted * (qt(alpha / 2, n - 1) / qt(alpha / 2, df))^2  # as svyciprop(method = "beta") has it
    bounds[1:2] <- c(qbeta(alpha / 2, e * p, e * (1 - p) + 1), qbeta(1 - alpha / 2, e * p + 1, e * (1 - p)))
    e <- counted * (qnorm(alpha / 2) / qt(alpha / 2, df))^2
    bounds[3:4] <- suppressWarnings(prop.test(e * p, e, correct = FALSE))$conf.int  # Wilson's score interval
  }
  data.frame(set, unit, group, level, code, estimate = p, se = sqrt(variance), deff, df,
             kg_low = bounds[1], kg_high = bounds[2], wilson_low = bounds[3], wilson_high = bounds[4])
}

result <- NULL
for (set in unique(plans$set)) {
  plan <- plans[plans$set == set, ]
  data <- merge(forms[forms$set == set, ], plan, by = c("set", "unit", "field"), sort = FALSE)
  for (c in criteria) {
    score <- as.numeric(data[[c]])
    y <- if (plan$criterion[1] == "mean") (score - 1) / 4 else as.numeric(score >= 4)
    data[[paste0("v", c)]] <- as.numeric(!is.na(score))
    data[[paste0("y", c)]] <- ifelse(is.na(score), 0, y)
  }
  data$stratum <- paste(data$unit, data$field)
  size <- table(data$stratum)[data$stratum]
  population <- as.numeric(data$population)
  known <- !is.na(population[1])
  data$w <- if (plan$weights[1] == "design") population / as.numeric(size) else 1
  data$sampled <- if (known) as.numeric(size) / population else 0
  # by what the weights have to grow to sum to the population
  data$scale <- if (!known) Inf else if (plan$weights[1] == "design") 1 else population / as.numeric(size)
  data$population <- population
  design <- if (known) svydesign(ids = ~1, strata = ~stratum, weights = ~w, fpc = ~population, data = data)
            else svydesign(ids = ~1, strata = ~stratum, weights = ~w, data = data)
  sipas <- if (plan$average[1] == "factors") factors else list(criteria)
  places <- c("*", unique(data$unit))
  for (place in places) for (group in if (place == "*") c("", "1", "2") else "") {
    keep <- (place == "*" | data$unit == place) & (group == "" | data$sex == group)
    if (!any(keep)) next
    part <- subset(design, keep)
    for (c in criteria) result <- rbind(result, row(set, place, group, "criterion", c, part, list(c)))
    for (name in names(factors)) result <- rbind(result, row(set, place, group, "factor", name, part, factors[name]))
    result <- rbind(result, row(set, place, group, "sipas", "SIPAS", part, sipas))
  }
}
numbers <- sapply(result, is.numeric)
result[numbers] <- lapply(result[numbers], function(x) ifelse(is.na(x), "", sprintf("%.12g", x)))
write.csv(result, file.path(here, "expected.csv"), row.names = FALSE, quote = FALSE)

# The package's own sample of Californian schools, drawn by type of school (Lumley 2010, chapter 2).
data(api)
design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
means <- svymean(~enroll + api00 + api99, design)
yes <- svyciprop(~I(sch.wide == "Yes"), design, method = "beta")
cat("enroll, api00, api99:", coef(means), "SE", SE(means), "\n")
cat("sch.wide:", coef(yes), "SE", SE(yes), "Korn-Graubard", confint(yes), "\n")
write.csv(apistrat[c("stype", "fpc", "enroll", "api00", "api99", "sch.wide")], file.path(here, "api.csv"),
          row.names = FALSE, quote = FALSE)
